// The past orders of the customers that the shop opens with, so that a history is there to look at. Nobody was charged for them:
// they are marked, kept for ever, in no metric and in nobody's books.
import type { Product } from '@techmart/contracts/product-routes'
import type { SampleCustomer } from '@techmart/contracts/sample-customers'
import type { Country, Segment } from '@techmart/contracts/shop'
import type { Db } from '@techmart/platform/postgres'
import type { OrderRecord } from './order-record.ts'

export interface SampleOrderRow {
  readonly id: string
  readonly email: string
  readonly country: Country
  readonly segment: Segment
  readonly customerName: string
  readonly items: OrderRecord['items']
  readonly shippingCents: number
  readonly totalCents: number
  readonly createdAt: Date
}

const dayMs = 86_400_000

/** As they would look had they been placed so long before `now`. */
export function buildSampleOrders(
  customers: readonly SampleCustomer[],
  products: readonly Product[],
  now: Date,
): SampleOrderRow[] {
  const names = new Map(products.map(({ id, name }) => [id, name]))
  return customers.flatMap(({ email, country, segment, name, pastOrders }) =>
    pastOrders.map(({ id, daysAgo, items, shippingCents, totalCents }) => ({
      id,
      email,
      country,
      segment,
      customerName: name,
      items: items.map(item => ({ ...item, name: nameOf(names, item.productId) })),
      shippingCents,
      totalCents,
      createdAt: new Date(now.getTime() - daysAgo * dayMs),
    })),
  )
}

function nameOf(names: ReadonlyMap<number, string>, productId: number): string {
  const name = names.get(productId)
  if (name === undefined)
    throw new Error(`The sample customers have bought product ${productId}, which is not in the catalogue.`)
  return name
}

/** Adds those that are not there yet; what is there keeps its date. Says how many were added. */
export async function seedSampleOrders(db: Db, orders: readonly SampleOrderRow[]): Promise<number> {
  const rows = orders.map(({ createdAt, ...order }) => {
    const at = createdAt.toISOString()
    return {
      ...order,
      createdAt: at,
      history: [
        { state: 'pending', at },
        { state: 'confirmed', at },
      ],
    }
  })
  const added = await db.run(
    'seed sample orders',
    sql => sql`
      INSERT INTO orders (id, body_hash, state, email, country, segment, customer_name, items, shipping_cents, total_cents,
                          history, created_at, trace_context, is_sample)
      SELECT id, '', 'confirmed', email, country, segment, "customerName", items, "shippingCents", "totalCents",
             history, "createdAt", '{}', true
      FROM jsonb_to_recordset(${sql.json(rows)}) AS sample (
        id uuid, email text, country text, segment text, "customerName" text, items jsonb, "shippingCents" integer,
        "totalCents" bigint, history jsonb, "createdAt" timestamptz)
      ON CONFLICT (id) DO NOTHING
      RETURNING id`,
  )
  return added.length
}
