// Customers in Postgres. What becomes of a segment is not decided here: segment.ts says it, and it is written with the figures
// that it follows from.
import type { Country } from '@techmart/contracts/shop'
import { usersCreatedTopic } from '@techmart/contracts/topics'
import type { UserCreated } from '@techmart/contracts/user-events'
import type { CustomerCard, CustomerSegment, UserChanges } from '@techmart/contracts/user-routes'
import { addToOutbox } from '@techmart/platform/outbox'
import type { Db, Postgres } from '@techmart/platform/postgres'
import { segmentHoldsUntil } from './segment.ts'
import { toUserRecord, type UserRecord, type UserRow } from './user-record.ts'

export interface UserListQuery {
  readonly country?: Country | undefined
  readonly segment?: CustomerSegment | undefined
  readonly page: number
  readonly pageSize: number
  readonly countUpTo: number
}

export interface UserStore {
  /** The customer and the message that tells of them, in one transaction. Undefined when the address is known. */
  create(user: UserRecord, created: UserCreated): Promise<UserRecord | undefined>
  find(id: string): Promise<UserRecord | undefined>
  findCard(email: string): Promise<CustomerCard | undefined>
  /** Who signed up last comes first. `total` is at most `countUpTo`. */
  list(query: UserListQuery): Promise<{ users: UserRecord[]; total: number }>
  update(id: string, changes: UserChanges): Promise<UserRecord | undefined>
  /** Says whether there was one. */
  remove(id: string): Promise<boolean>
  /** Adds those that are missing. Any number of replicas may do so at once. */
  seed(users: readonly UserRecord[]): Promise<number>
}

export function makeUserStore(postgres: Postgres): UserStore {
  return {
    create: (user, created) =>
      postgres.transaction(async tx => {
        const until = segmentHoldsUntil(user.history, user.history.signedUpAt)
        const [row] = await tx.run<UserRow>(
          'create user',
          sql => sql`
            INSERT INTO users (id, email, name, country, segment, created_at, segment_until)
            VALUES (${user.id}, ${user.email}, ${user.name}, ${user.country}, ${user.segment},
                    ${user.history.signedUpAt}, ${until})
            ON CONFLICT DO NOTHING RETURNING *`,
        )
        if (row === undefined) return undefined
        await addToOutbox(tx, { topic: usersCreatedTopic.name, key: user.id, value: created })
        return toUserRecord(row)
      }),

    async find(id) {
      const [row] = await postgres.run<UserRow>('find user', sql => sql`SELECT * FROM users WHERE id = ${id}`)
      return row && toUserRecord(row)
    },

    async findCard(email) {
      const [card] = await postgres.run<CustomerCard>(
        'look customer up',
        sql => sql`SELECT id, name, segment FROM users WHERE lower(email) = lower(${email})`,
      )
      return card
    },

    async list({ country, segment, page, pageSize, countUpTo }) {
      const [rows, counts] = await Promise.all([
        postgres.run<UserRow>(
          'list users',
          sql => sql`
            SELECT * FROM users
            WHERE true ${country === undefined ? sql`` : sql`AND country = ${country}`}
              ${segment === undefined ? sql`` : sql`AND segment = ${segment}`}
            ORDER BY created_at DESC, id DESC LIMIT ${pageSize} OFFSET ${(page - 1) * pageSize}`,
        ),
        postgres.run<{ total: number }>(
          'count users',
          sql => sql`
            SELECT count(*)::integer AS total FROM (
              SELECT FROM users
              WHERE true ${country === undefined ? sql`` : sql`AND country = ${country}`}
                ${segment === undefined ? sql`` : sql`AND segment = ${segment}`}
              LIMIT ${countUpTo}) AS counted`,
        ),
      ])
      return { users: rows.map(toUserRecord), total: counts[0]?.total ?? 0 }
    },

    async update(id, { name, country }) {
      const [row] = await postgres.run<UserRow>(
        'update user',
        sql => sql`
          UPDATE users SET name = coalesce(${name ?? null}, name), country = coalesce(${country ?? null}, country)
          WHERE id = ${id} RETURNING *`,
      )
      return row && toUserRecord(row)
    },

    async remove(id) {
      const rows = await postgres.run('delete user', sql => sql`DELETE FROM users WHERE id = ${id} RETURNING id`)
      return rows.length > 0
    },

    seed: users => seedUsers(postgres, users),
  }
}

/**
 * One statement, in the order of the ids: of two replicas that seed at once the second waits for the first, one way only. Whoever
 * signed up with a sample customer's address stays as they are. Sample customers have no `segment_until`: they keep theirs.
 */
async function seedUsers(db: Db, users: readonly UserRecord[]): Promise<number> {
  const rows = await db.run<{ id: string }>(
    'seed users',
    sql => sql`
      INSERT INTO users (id, email, name, country, segment, is_sample, created_at, order_count, order_total_cents, last_order_at)
      SELECT id, email, name, country, segment, true, created_at, order_count, order_total_cents, last_order_at
      FROM unnest(
        ${users.map(user => user.id)}::uuid[],
        ${users.map(user => user.email)}::text[],
        ${users.map(user => user.name)}::text[],
        ${users.map(user => user.country)}::text[],
        ${users.map(user => user.segment)}::text[],
        ${users.map(user => user.history.signedUpAt.toISOString())}::timestamptz[],
        ${users.map(user => user.history.count)}::integer[],
        ${users.map(user => user.history.totalCents)}::bigint[],
        ${users.map(user => user.history.lastAt?.toISOString() ?? null)}::timestamptz[])
        AS seeded (id, email, name, country, segment, created_at, order_count, order_total_cents, last_order_at)
      ORDER BY id
      ON CONFLICT DO NOTHING RETURNING id`,
  )
  return rows.length
}
