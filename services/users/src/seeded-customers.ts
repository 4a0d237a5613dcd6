// The customers that the shop opens with, as users keeps them. Their past is counted back from the moment of the seeding.
import { buildSampleCustomers } from '@techmart/contracts/sample-customers'
import type { UserRecord } from './user-record.ts'

const dayMs = 86_400_000

export function buildSeededCustomers(now: Date): UserRecord[] {
  const ago = (days: number) => new Date(now.getTime() - days * dayMs)
  return buildSampleCustomers().map(({ id, email, name, country, segment, signedUpDaysAgo, pastOrders }) => ({
    id,
    email,
    name,
    country,
    segment,
    isSample: true,
    history: {
      signedUpAt: ago(signedUpDaysAgo),
      count: pastOrders.length,
      totalCents: pastOrders.reduce((sum, order) => sum + order.totalCents, 0),
      lastAt: pastOrders.length === 0 ? null : ago(Math.min(...pastOrders.map(({ daysAgo }) => daysAgo))),
    },
  }))
}
