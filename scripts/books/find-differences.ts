// Compares the books line by line, and names each difference. Knows no database: the same function judges a crash test and the
// books that a test has spoilt on purpose.
import type { Books, ChargeRow, Item, OrderRow, ReservationRow } from './books.ts'

export interface Difference {
  /** Which promise is broken, in a few words that stay the same. */
  readonly promise: string
  /** The id, key, product or address that it is broken for. */
  readonly about: string
  readonly seen: string
}

export function findDifferences(books: Books): Difference[] {
  return [...ofCheckouts(books), ...ofStock(books), ...ofFollowers(books), ...ofUploads(books)]
}

/** Customers, orders, charges and reservations: what recovery brings to an end by itself. */
export function ofCheckouts(books: Books): Difference[] {
  const found: Difference[] = []
  const tell = (promise: string, about: string, seen: string) => void found.push({ promise, about, seen })
  const orders = new Map(books.orders.map(order => [order.id, order]))
  const charges = groupBy(books.charges, charge => charge.orderId)
  const reservations = new Map(books.reservations.map(reservation => [reservation.orderId, reservation]))

  const promised = new Set<string>()
  for (const { key, status, orderId = '', totalCents } of books.answers) {
    if (status === 0) tell('each checkout gets an answer', key, 'none')
    if (status !== 201) continue
    const order = orders.get(orderId)
    if (promised.has(orderId)) tell('each 201 has an order of its own', orderId, 'promised to two checkouts')
    promised.add(orderId)
    if (order === undefined) tell('each 201 has an order', orderId, 'there is none')
    else if (order.state !== 'confirmed') tell('each 201 has a confirmed order', orderId, order.state)
    else if (order.totalCents !== totalCents)
      tell('the order costs what its customer was told', orderId, `${order.totalCents} and ${totalCents} cents`)
    if (order !== undefined && order.key !== key) tell('the order has the key of its checkout', orderId, `${order.key}`)
  }

  for (const order of books.orders) {
    const { id, state } = order
    if (state === 'confirmed' && !promised.has(id)) tell('each confirmed order was told to its customer', id, 'no 201')
    if (state !== 'confirmed' && state !== 'cancelled') tell('no order stays half done', id, state)
    for (const [promise, seen] of findChargeFaults(order, charges.get(id) ?? [])) tell(promise, id, seen)
    for (const [promise, seen] of findReservationFaults(order, reservations.get(id))) tell(promise, id, seen)
  }
  for (const { orderId, state } of books.charges) {
    if (!orders.has(orderId) && state !== 'void') tell('each charge has an order', orderId, state)
  }
  for (const { orderId, state } of books.reservations) {
    if (!orders.has(orderId)) tell('each reservation has an order', orderId, state)
  }

  const used = countBy(
    books.orders.filter(({ state }) => state !== 'cancelled'),
    order => order.promotionCode,
  )
  for (const { code, uses } of books.promotions) {
    const wanted = used.get(code) ?? 0
    if (uses !== wanted) tell('a code is used once for each order that stands', code, `${uses} uses, ${wanted} orders`)
  }
  return found
}

function* findChargeFaults(order: OrderRow, charges: readonly ChargeRow[]): Generator<[string, string]> {
  const taken = charges.filter(({ state }) => state === 'charged')
  if (charges.some(({ state }) => state === 'pending')) yield ['no charge stays pending', 'pending']
  if (charges.some(({ state }) => state === 'refunding')) yield ['no refund stays half done', 'refunding']
  if (order.state === 'confirmed') {
    if (taken.length !== 1) yield ['each confirmed order has one charge', `${taken.length} charges`]
    for (const { amountCents } of taken) {
      if (amountCents !== order.totalCents)
        yield ['the charge is the total', `${amountCents} of ${order.totalCents} cents`]
    }
  } else if (taken.length > 0) yield ['each charge has a confirmed order', `charged, and the order is ${order.state}`]
}

function* findReservationFaults(order: OrderRow, reservation: ReservationRow | undefined): Generator<[string, string]> {
  if (order.state === 'confirmed') {
    if (reservation?.state !== 'committed')
      yield ['the goods of each confirmed order are sold', reservation?.state ?? 'no reservation']
    else if (!isSame(order.items, reservation.items))
      yield ['what is sold is what was ordered', JSON.stringify(reservation.items)]
  } else if (reservation !== undefined && reservation.state !== 'released')
    yield ['nothing is held or sold for an order that is cancelled', reservation.state]
}

/** What is in the house, what left it, and what was promised. */
export function ofStock({ stock, reservations }: Books): Difference[] {
  const committed = new Map<number, number>()
  for (const { items } of reservations.filter(({ state }) => state === 'committed'))
    for (const { productId, quantity } of items) committed.set(productId, (committed.get(productId) ?? 0) + quantity)
  const found: Difference[] = []
  for (const row of stock) {
    const about = `product ${row.productId}`
    const tell = (promise: string, seen: string) => void found.push({ promise, about, seen })
    const wanted = committed.get(row.productId) ?? 0
    if (row.available < 0) tell('stock is never negative', `${row.available}`)
    if (row.available + row.held !== row.moved)
      tell('stock is what came less what left', `${row.available} + ${row.held} held, moved ${row.moved}`)
    if (row.sold !== wanted) tell('what is sold is what was committed', `${row.sold} sold, ${wanted} committed`)
    if (row.held !== row.promised)
      tell('what is held is promised to somebody', `${row.held} held, ${row.promised} promised`)
  }
  const known = new Set(stock.map(({ productId }) => productId))
  for (const productId of committed.keys())
    if (!known.has(productId))
      found.push({ promise: 'what is sold is in the books', about: `product ${productId}`, seen: 'no stock' })
  return found
}

/** Those who hear of an order afterwards: each of them once. */
export function ofFollowers({ orders, messages, confirmations, customers }: Books): Difference[] {
  const found: Difference[] = []
  const tell = (promise: string, about: string, seen: string) => void found.push({ promise, about, seen })
  const confirmed = orders.filter(({ state }) => state === 'confirmed')
  const messagesOf = groupBy(messages, message => message.orderId)
  const confirmationsOf = groupBy(confirmations, confirmation => confirmation.orderId)
  for (const { id } of confirmed) {
    const [published, mails] = [messagesOf.get(id) ?? [], confirmationsOf.get(id) ?? []]
    if (published.length !== 1) tell('each confirmed order is told once', id, `${published.length} messages`)
    if (mails.length !== 1) tell('each confirmed order has one confirmation', id, `${mails.length} confirmations`)
    for (const { state } of mails) if (state !== 'sent') tell('each confirmation is sent', id, state)
  }
  const isConfirmed = new Set(confirmed.map(({ id }) => id))
  for (const { orderId, isSent } of messages) {
    if (!isSent) tell('the outbox is empty', orderId, 'not published')
    if (!isConfirmed.has(orderId)) tell('only confirmed orders are told', orderId, 'a message')
  }
  for (const { orderId } of confirmations) {
    if (!isConfirmed.has(orderId)) tell('only confirmed orders are confirmed', orderId, 'a confirmation')
  }

  const ordersOf = groupBy(confirmed, order => order.email)
  for (const { email, orderCount, orderTotalCents } of customers) {
    const theirs = ordersOf.get(email) ?? []
    const totalCents = theirs.reduce((sum, order) => sum + order.totalCents, 0)
    if (orderCount !== theirs.length || orderTotalCents !== totalCents)
      tell(
        "a customer's figures are those of their orders",
        email,
        `${orderCount} for ${orderTotalCents} cents, and there are ${theirs.length} for ${totalCents} cents`,
      )
  }
  return found
}

export function ofUploads({ uploads }: Books): Difference[] {
  const found: Difference[] = []
  for (const { jobId, state, rowsHandedIn, rowsWritten, products } of uploads) {
    const tell = (promise: string, seen: string) => void found.push({ promise, about: jobId, seen })
    if (state !== 'done') tell('each upload is done', state)
    if (rowsWritten !== rowsHandedIn) tell('each row is counted once', `${rowsWritten} of ${rowsHandedIn}`)
    if (products !== rowsHandedIn) tell('each row is one product', `${products} of ${rowsHandedIn}`)
  }
  return found
}

/** One line a product, in any order. */
function isSame(one: readonly Item[], other: readonly Item[]): boolean {
  const plain = (items: readonly Item[]) => {
    const pieces = new Map<number, number>()
    for (const { productId, quantity } of items) pieces.set(productId, (pieces.get(productId) ?? 0) + quantity)
    return JSON.stringify([...pieces].sort(([a], [b]) => a - b))
  }
  return plain(one) === plain(other)
}

function groupBy<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [row])
    else group.push(row)
  }
  return groups
}

const countBy = <T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, number> =>
  new Map([...groupBy(rows, keyOf)].map(([key, group]) => [key, group.length]))
