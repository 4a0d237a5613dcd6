// Opens the books of a running lab: one read-only connection to each service's database. Only what was written since they were
// opened is in them, so that a lab with a past can be judged too.
import { setTimeout as delay } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import type {
  Books,
  ChargeRow,
  ConfirmationRow,
  CustomerAnswer,
  CustomerRow,
  MessageRow,
  OrderRow,
  PromotionRow,
  ReservationRow,
  StockRow,
  UploadRow,
} from './books.ts'
import { readUnfinishedOrders } from './unfinished-orders.ts'

export interface UploadHandedIn {
  readonly jobId: string
  readonly rows: number
  /** All SKUs of the upload begin with it, and no others do. */
  readonly skuPrefix: string
}

export interface OpenBooks extends AsyncDisposable {
  read(told: { answers: readonly CustomerAnswer[]; uploads: readonly UploadHandedIn[] }): Promise<Books>
}

/**
 * `serverUrl`: postgres://user:password@host:port/anything. Waits until no order is under way, and rejects with their ids when some
 * still are after `settleWithinMs`.
 */
export async function openBooks(serverUrl: string, { settleWithinMs = 150_000 } = {}): Promise<OpenBooks> {
  const opened = new AsyncDisposableStack()
  const open = (database: string): Sql => {
    const url = new URL(serverUrl)
    url.pathname = `/${database}`
    const sql = postgres(url.href, { max: 1, connection: { default_transaction_read_only: true } })
    opened.defer(() => sql.end({ timeout: 3 }))
    return sql
  }
  const [api, inventory, payments, users, notifications] = [
    open('api'),
    open('inventory'),
    open('payments'),
    open('users'),
    open('notifications'),
  ]
  try {
    await waitUntilSettled({ api, notifications }, settleWithinMs)
  } catch (error) {
    await opened.disposeAsync()
    throw error
  }
  const [clock] = await api<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  const since = clock?.now ?? new Date()
  const readUses = async () =>
    new Map((await api<PromotionRow[]>`SELECT code, uses FROM promotions`).map(({ code, uses }) => [code, uses]))
  const usesBefore = await readUses()

  return {
    async read({ answers, uploads }) {
      const orders = await api<OrderRow[]>`
        SELECT id, idempotency_key AS key, state, lower(email) AS email, total_cents::float8 AS "totalCents", items,
               promotion_code AS "promotionCode"
        FROM orders WHERE created_at >= ${since} AND NOT is_sample`
      const charges = await payments<ChargeRow[]>`
        SELECT order_id AS "orderId", amount_cents::float8 AS "amountCents",
               CASE WHEN refund_asked_at IS NOT NULL AND state IN ('pending', 'charged') THEN 'refunding' ELSE state END AS state
        FROM charges WHERE created_at >= ${since}`
      const reservations = await inventory<ReservationRow[]>`
        SELECT order_id AS "orderId", state, items FROM reservations WHERE created_at >= ${since}`
      const stock = await inventory<StockRow[]>`
        SELECT stock.product_id AS "productId", available, held, coalesce(sum(quantity), 0)::integer AS moved,
               -coalesce(sum(quantity) FILTER (WHERE reason = 'sold' AND at >= ${since}), 0)::integer AS sold,
               coalesce((
                 SELECT sum(line.quantity) FROM reservations,
                   jsonb_to_recordset(items) AS line ("productId" integer, quantity integer)
                 WHERE state = 'held' AND line."productId" = stock.product_id), 0)::integer AS promised
        FROM stock LEFT JOIN movements USING (product_id) GROUP BY stock.product_id`
      const messages = await api<MessageRow[]>`
        SELECT key AS "orderId", published_at IS NOT NULL AS "isSent" FROM outbox
        WHERE topic = 'orders.placed.v1' AND created_at >= ${since}`
      const confirmations = await notifications<ConfirmationRow[]>`
        SELECT order_id AS "orderId", state FROM notifications
        WHERE template = 'order-confirmation' AND accepted_at >= ${since}`
      const customers = await users<CustomerRow[]>`
        SELECT lower(email) AS email, order_count AS "orderCount", order_total_cents::float8 AS "orderTotalCents"
        FROM users WHERE created_at >= ${since}`
      const promotions = [...(await readUses())].map(([code, uses]) => ({
        code,
        uses: uses - (usesBefore.get(code) ?? 0),
      }))
      return {
        answers,
        orders,
        charges,
        reservations,
        stock,
        messages,
        confirmations,
        customers,
        promotions,
        uploads: await Promise.all(uploads.map(upload => readUpload(api, upload))),
      }
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

async function waitUntilSettled(databases: Record<'api' | 'notifications', Sql>, withinMs: number): Promise<void> {
  const deadlineMs = Date.now() + withinMs
  for (;;) {
    const ids = await readUnfinishedOrders(databases)
    if (ids.length === 0) return
    if (Date.now() >= deadlineMs)
      throw new Error(`${ids.length} orders are still under way after ${withinMs} ms: ${ids.slice(0, 5).join(', ')}`)
    await delay(500)
  }
}

async function readUpload(api: Sql, { jobId, rows, skuPrefix }: UploadHandedIn): Promise<UploadRow> {
  const [job] = await api<{ state: string; rowsWritten: number; products: number }[]>`
    SELECT state, rows_written AS "rowsWritten",
           (SELECT count(*)::integer FROM products WHERE starts_with(sku, ${skuPrefix})) AS products
    FROM upload_jobs WHERE id = ${jobId}`
  return { jobId, rowsHandedIn: rows, state: 'missing', rowsWritten: 0, products: 0, ...job }
}
