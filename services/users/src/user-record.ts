// A customer as it is kept, and as it is shown.
import type { Country } from '@techmart/contracts/shop'
import type { CustomerSegment, User } from '@techmart/contracts/user-routes'
import type { OrderHistory } from './segment.ts'

export interface UserRecord {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly country: Country
  readonly segment: CustomerSegment
  readonly isSample: boolean
  readonly history: OrderHistory
}

export const toUser = ({ id, email, name, country, segment, history }: UserRecord): User => ({
  id,
  email,
  name,
  country,
  segment,
  createdAt: history.signedUpAt.toISOString(),
  orders: {
    count: history.count,
    totalCents: history.totalCents,
    lastAt: history.lastAt?.toISOString() ?? null,
  },
})

export interface UserRow {
  id: string
  email: string
  name: string
  country: Country
  segment: CustomerSegment
  is_sample: boolean
  created_at: Date
  order_count: number
  /** bigint comes as text. */
  order_total_cents: string
  last_order_at: Date | null
}

export const toUserRecord = (row: UserRow): UserRecord => ({
  id: row.id,
  email: row.email,
  name: row.name,
  country: row.country,
  segment: row.segment,
  isSample: row.is_sample,
  history: {
    signedUpAt: row.created_at,
    count: row.order_count,
    totalCents: Number(row.order_total_cents),
    lastAt: row.last_order_at,
  },
})
