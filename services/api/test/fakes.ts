// Hand-written stand-ins for what api stands on. Each keeps what was asked of it, so that a test can look.
import type { Product } from '@techmart/contracts/product-routes'
import type { Review } from '@techmart/contracts/review-routes'
import { UpstreamError } from '@techmart/platform/refusals'
import type { InventoryClient } from '../src/inventory-client.ts'
import { isFinished, type OrderRecord, type OrderRefusal } from '../src/order-record.ts'
import { type OrderStore, OrderTakenError } from '../src/order-store.ts'
import type { PaymentsClient } from '../src/payments-client.ts'
import type { ProductStore } from '../src/product-store.ts'
import type { NewReview, ReviewStore } from '../src/review-store.ts'
import type { SearchQuery, SearchStore } from '../src/search-store.ts'

export const lamp: Product = {
  id: 11,
  name: 'Fyn Reading Lamp, brass',
  description: 'Turns its head.',
  category: 'Lighting',
  priceCents: 1_30,
}
export const kettle: Product = {
  id: 12,
  name: 'Gooseneck Kettle',
  description: 'Holds heat.',
  category: 'Kitchen',
  priceCents: 20_07,
}

export function fakeProducts(all: readonly Product[] = [lamp, kettle]): ProductStore {
  return {
    async list({ page, pageSize, category }) {
      const matching = all.filter(product => category === undefined || product.category === category)
      const products = matching.slice((page - 1) * pageSize, page * pageSize)
      return { products, page, pageSize, total: matching.length }
    },
    find: async id => all.find(product => product.id === id),
    findMany: async ids => all.filter(product => ids.includes(product.id)),
    seed: async () => {},
  }
}

export interface FakeReviews extends ReviewStore {
  readonly rows: NewReview[]
}

export function fakeReviews(
  options: { products?: readonly Product[]; overrides?: Partial<ReviewStore> } = {},
): FakeReviews {
  const { products = [lamp, kettle], overrides = {} } = options
  const rows: NewReview[] = []
  const ofProduct = (productId: number) => rows.filter(row => row.productId === productId)
  const toReview = ({ authorName, rating, title, text }: NewReview): Review => ({
    id: '0b8f4c1e-0d53-4f0a-9a55-000000000011',
    rating,
    title,
    text,
    author: authorName,
    writtenAt: '2026-02-03T04:05:06.000Z',
  })
  return {
    rows,
    async list({ productId, page, pageSize }) {
      return ofProduct(productId)
        .toReversed()
        .slice((page - 1) * pageSize, page * pageSize)
        .map(toReview)
    },
    async rate(productId) {
      const found = ofProduct(productId)
      const sum = found.reduce((total, { rating }) => total + rating, 0)
      return { average: found.length === 0 ? null : sum / found.length, count: found.length }
    },
    async write(review) {
      if (!products.some(({ id }) => id === review.productId)) return undefined
      const earlier = ofProduct(review.productId).find(({ authorId }) => authorId === review.authorId)
      if (earlier) rows.splice(rows.indexOf(earlier), 1)
      rows.push(review)
      return { review: toReview(review), isNew: earlier === undefined }
    },
    removeBeyond: async () => 0,
    seed: async () => {},
    ...overrides,
  }
}

export interface FakeSearch extends SearchStore {
  /** What was searched for, in order. */
  readonly asked: SearchQuery[]
}

/** Finds products by a word of their name; knows the words it is given. */
export function fakeSearch(
  all: readonly Product[] = [lamp, kettle],
  words: readonly string[] = ['reading', 'lamp', 'kettle'],
): FakeSearch {
  const asked: SearchQuery[] = []
  return {
    asked,
    async search(query) {
      asked.push(query)
      const wanted = query.text.toLowerCase().split(' ')
      const products = all.filter(({ name, category }) => {
        const inName = wanted.every(word => name.toLowerCase().includes(word))
        return inName && (query.category === undefined || query.category === category)
      })
      const { page, pageSize } = query
      return { products: products.slice((page - 1) * pageSize, page * pageSize), total: products.length }
    },
    findLikeWords: async typed => new Map(typed.map(word => [word, [...words]])),
  }
}

export interface FakeOrders extends OrderStore {
  readonly rows: OrderRecord[]
  /** Makes every unfinished order due for recovery. */
  passTime(): void
}

export function fakeOrders(): FakeOrders {
  const rows: OrderRecord[] = []
  const keys = new Map<string, string>()
  const due = new Map<string, number>()

  function write(order: OrderRecord, changes: Partial<OrderRecord>): OrderRecord {
    const index = rows.findIndex(row => row.id === order.id)
    const row = rows[index]
    if (row?.state !== order.state || row.attempt !== order.attempt) throw new OrderTakenError(order.id)
    const written = { ...row, ...changes }
    rows[index] = written
    return written
  }

  function change(order: OrderRecord, state: OrderRecord['state'], refusal?: OrderRefusal): OrderRecord {
    const history = [...order.history, { state, at: new Date().toISOString() }]
    const changed = write(order, { state, refusal, history })
    if (isFinished(changed)) due.delete(order.id)
    return changed
  }

  return {
    rows,
    passTime() {
      for (const id of due.keys()) due.set(id, 0)
    },
    find: async id => rows.find(row => row.id === id),
    findByKey: async key => rows.find(row => row.id === keys.get(key)),
    async list({ email, page, pageSize, countUpTo }) {
      const matching = rows.filter(row => email === undefined || row.email.toLowerCase() === email.toLowerCase())
      const newestFirst = matching.toReversed().slice((page - 1) * pageSize, page * pageSize)
      return { orders: newestFirst, total: Math.min(matching.length, countUpTo) }
    },
    async create({ idempotencyKey, ...order }, recoverAfterMs) {
      if (keys.has(idempotencyKey)) return undefined
      const history = [{ state: 'pending' as const, at: order.createdAt.toISOString() }]
      const fresh = { state: 'pending' as const, refusal: undefined, refundAsked: false, attempt: 1 }
      const row: OrderRecord = { ...order, ...fresh, history }
      rows.push(row)
      keys.set(idempotencyKey, row.id)
      due.set(row.id, Date.now() + recoverAfterMs)
      return row
    },
    advance: async (order, state) => change(order, state),
    beginRefund: async order => write(order, { refundAsked: true }),
    confirm: async order => change(order, 'confirmed'),
    async cancel(order, refusal) {
      const cancelled = change(order, 'cancelled', refusal)
      if (refusal === undefined) for (const [key, id] of keys) if (id === order.id) keys.delete(key)
      return cancelled
    },
    async handOver(order, afterMs) {
      if (due.has(order.id)) due.set(order.id, Date.now() + afterMs)
    },
    async claimUnfinished(limit, leaseMs) {
      const claimed: OrderRecord[] = []
      for (const [index, row] of rows.entries()) {
        if (claimed.length === limit || (due.get(row.id) ?? Number.POSITIVE_INFINITY) > Date.now()) continue
        const taken = { ...row, attempt: row.attempt + 1 }
        rows[index] = taken
        due.set(row.id, Date.now() + leaseMs)
        claimed.push(taken)
      }
      return claimed
    },
    countUnfinished: async () => ({ orders: due.size, oldestSeconds: 0 }),
    removeOlderThan: async () => 0,
  }
}

export interface FakeInventory extends InventoryClient {
  /** What became of each order's goods. */
  readonly reservations: Map<string, 'held' | 'committed' | 'released'>
}

/** `available` of every product; each order takes what it asks for. */
export function fakeInventory(
  options: { available?: number; overrides?: Partial<InventoryClient> } = {},
): FakeInventory {
  const { available = 100, overrides = {} } = options
  const reservations: FakeInventory['reservations'] = new Map()
  return {
    reservations,
    async reserve(orderId, items) {
      const itemIndex = items.findIndex(item => item.quantity > available)
      if (itemIndex >= 0) return { outcome: 'out-of-stock', itemIndex, available }
      reservations.set(orderId, 'held')
      return { outcome: 'reserved' }
    },
    async commit(orderId) {
      if (reservations.get(orderId) === 'released') return 'lapsed'
      reservations.set(orderId, 'committed')
      return 'committed'
    },
    async release(orderId) {
      reservations.set(orderId, 'released')
    },
    ...overrides,
  }
}

export interface FakePayments extends PaymentsClient {
  readonly charges: Map<string, 'pending' | 'charged' | 'declined' | 'refunding' | 'refunded'>
  /** How often a charge was asked for. */
  asked: number
  /** The provider answers none of this many charges to come, and none of this many refunds, though it does all of them. */
  readonly unanswered: { charges: number; refunds: number }
}

export function fakePayments(overrides: Partial<PaymentsClient> = {}): FakePayments {
  const charges: FakePayments['charges'] = new Map()
  const unanswered = { charges: 0, refunds: 0 }
  const payments: FakePayments = {
    charges,
    asked: 0,
    unanswered,
    isTrusted: () => true,
    probe: async () => {},
    async charge({ id }) {
      charges.set(id, 'pending')
      if (unanswered.charges-- > 0) throw withoutAnswer()
      charges.set(id, 'charged')
      return { outcome: 'charged' }
    },
    async findCharge(orderId) {
      const state = charges.get(orderId)
      if (state === undefined || state === 'pending' || state === 'refunding') return undefined
      return state === 'declined' ? { state, reason: 'card_expired' } : { state }
    },
    async refund(orderId) {
      const state = charges.get(orderId)
      if (state === undefined || state === 'declined' || state === 'refunded') return
      charges.set(orderId, 'refunding')
      if (unanswered.refunds-- > 0) throw withoutAnswer()
      charges.set(orderId, 'refunded')
    },
    ...overrides,
  }
  const { charge } = payments
  payments.charge = async (order, signal) => {
    payments.asked++
    return charge(order, signal)
  }
  return payments
}

/** What payments says while its provider is away. */
const withoutAnswer = () =>
  new UpstreamError('payments answered with 503.', { kind: 'bad-answer', dependency: 'payments' })

export const refusedConnection = (dependency: string) =>
  new UpstreamError(`${dependency} is not there.`, { kind: 'refused', dependency })

export const lostReply = (dependency: string) =>
  new UpstreamError(`${dependency} did not answer in time.`, { kind: 'timeout', dependency })
