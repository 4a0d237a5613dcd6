// Every table of the lab: which ones grow with traffic, how a row of them is copied as another one, and what bounds them. A table that is
// in neither list fails the bench: nobody adds one that fills the disk unseen.

export interface GrowingTable {
  readonly database: string
  readonly table: string
  /** Columns that must differ from row to row, as SQL. Times are moved in any case. */
  readonly fresh: Readonly<Record<string, string>>
  /** Rows that traffic has made, and that are done with. */
  readonly where: string
  /** Rows that its bound counts, where those are others. */
  readonly counted?: string
  /** The time by which it is cleaned. */
  readonly age: string
  readonly bound: string
}

const uuid = 'gen_random_uuid()'
const text = 'gen_random_uuid()::text'

export const growingTables: readonly GrowingTable[] = [
  {
    database: 'api',
    table: 'orders',
    fresh: { id: uuid, idempotency_key: text },
    where: 'NOT is_sample AND recover_at IS NULL',
    age: 'created_at',
    bound: '7 days',
  },
  ...['api', 'users'].map(database => ({
    database,
    table: 'outbox',
    fresh: {},
    where: 'published_at IS NOT NULL',
    age: 'published_at',
    bound: '1 hour after publishing',
  })),
  {
    database: 'api',
    table: 'upload_jobs',
    fresh: { id: uuid, idempotency_key: text },
    where: 'finished_at IS NOT NULL',
    age: 'created_at',
    bound: '72 hours',
  },
  {
    database: 'api',
    table: 'upload_messages',
    fresh: { event_id: uuid },
    where: 'true',
    age: 'done_at',
    bound: '72 hours',
  },
  {
    database: 'api',
    table: 'products',
    fresh: { id: "nextval('uploaded_product_ids')", sku: text },
    where: 'uploaded_at IS NOT NULL',
    age: 'uploaded_at',
    bound: '7 days after the last upload',
  },
  {
    database: 'api',
    table: 'reviews',
    fresh: { id: uuid, author_id: text },
    where: 'written_at > (SELECT min(applied_at) FROM migrations)',
    counted: 'true',
    age: 'written_at',
    bound: '200 a product',
  },
  {
    database: 'inventory',
    table: 'movements',
    fresh: { idempotency_key: 'NULL' },
    where: "reason <> 'opening'",
    age: 'at',
    bound: '7 days',
  },
  {
    database: 'inventory',
    table: 'reservations',
    fresh: { order_id: uuid },
    where: "state <> 'held'",
    age: 'created_at',
    bound: '48 hours',
  },
  {
    database: 'payments',
    table: 'charges',
    fresh: { order_id: uuid },
    where: 'settled_at IS NOT NULL',
    age: 'settled_at',
    bound: '72 hours',
  },
  {
    database: 'notifications',
    table: 'notifications',
    fresh: { event_id: uuid },
    where: 'true',
    age: 'accepted_at',
    bound: '192 hours',
  },
  {
    database: 'users',
    table: 'users',
    fresh: { id: uuid, email: text },
    where: 'NOT is_sample',
    age: 'created_at',
    bound: 'a number of customers',
  },
  {
    database: 'users',
    table: 'recorded_orders',
    fresh: { event_id: uuid },
    where: 'true',
    age: 'recorded_at',
    bound: '8 days',
  },
]

/** As large after a week as after a minute, and why. */
export const fixedTables: Readonly<Record<string, string>> = {
  migrations: 'one row a file',
  promotions: 'the codes of the shop',
  product_words: 'grows with the language, not with the products',
  stock: 'one row a product of the catalogue',
}
