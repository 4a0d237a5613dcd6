import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Books } from '../books.ts'
import { findDifferences } from '../find-differences.ts'

/** One order that stands, one that was declined, one that was undone and asked for again, one upload: all in order. */
function goodBooks(): Books {
  const item = { productId: 11, quantity: 2 }
  const order = (id: string, key: string | null, state: string) => ({
    id,
    key,
    state,
    email: 'ada@techmart.example',
    totalCents: 1_30,
    items: [item],
    promotionCode: state === 'confirmed' ? 'LAMP5' : null,
  })
  return {
    answers: [
      { key: 'key-1', email: 'ada@techmart.example', status: 201, orderId: 'order-1', totalCents: 1_30 },
      { key: 'key-2', email: 'ada@techmart.example', status: 402 },
      { key: 'key-3', email: 'ada@techmart.example', status: 409 },
    ],
    orders: [
      order('order-1', 'key-1', 'confirmed'),
      order('order-2', 'key-2', 'cancelled'),
      order('order-3', null, 'cancelled'),
    ],
    charges: [
      { orderId: 'order-1', state: 'charged', amountCents: 1_30 },
      { orderId: 'order-2', state: 'declined', amountCents: 1_30 },
      { orderId: 'order-3', state: 'refunded', amountCents: 1_30 },
    ],
    reservations: [
      { orderId: 'order-1', state: 'committed', items: [item] },
      { orderId: 'order-2', state: 'released', items: [item] },
    ],
    stock: [{ productId: 11, available: 38, held: 0, promised: 0, moved: 38, sold: 2 }],
    messages: [{ orderId: 'order-1', isSent: true }],
    confirmations: [{ orderId: 'order-1', state: 'sent' }],
    customers: [{ email: 'ada@techmart.example', orderCount: 1, orderTotalCents: 1_30 }],
    promotions: [{ code: 'LAMP5', uses: 1 }],
    uploads: [{ jobId: 'job-1', state: 'done', rowsHandedIn: 50, rowsWritten: 50, products: 50 }],
  }
}

test('books that agree have no difference', () => {
  const books = goodBooks()

  const differences = findDifferences(books)

  assert.deepEqual(differences, [])
})

type Spoil = (books: Books) => Partial<Books>
const change = <T>(rows: readonly T[], at: number, changes: Partial<T>): T[] =>
  rows.map((row, n) => (n === at ? { ...row, ...changes } : row))

/** Each spoils the books in one way, and is followed by all promises that are broken then. */
const spoilt: readonly (readonly [what: string, spoil: Spoil, ...promises: string[]])[] = [
  [
    'a customer who was never answered',
    books => ({ answers: change(books.answers, 1, { status: 0 }) }),
    'each checkout gets an answer',
  ],
  [
    'two checkouts that were given the same order',
    books => ({ answers: [...books.answers, { ...books.answers[0], key: 'key-4' } as Books['answers'][number]] }),
    'each 201 has an order of its own',
    'the order has the key of its checkout',
  ],
  [
    'a 201 whose order is not there',
    books => ({ answers: change(books.answers, 2, { status: 201, orderId: 'order-9' }) }),
    'each 201 has an order',
  ],
  [
    'a 201 whose order was undone',
    books => ({ answers: change(books.answers, 1, { status: 201, orderId: 'order-2', totalCents: 1_30 }) }),
    'each 201 has a confirmed order',
  ],
  [
    'another price than the one that was told',
    books => ({ answers: change(books.answers, 0, { totalCents: 1_29 }) }),
    'the order costs what its customer was told',
  ],
  [
    'a second order for one checkout',
    books => ({
      orders: [...books.orders, { ...books.orders[0], id: 'order-4', promotionCode: null } as Books['orders'][number]],
    }),
    'each confirmed order was told to its customer',
    'each confirmed order has one charge',
    'the goods of each confirmed order are sold',
    'each confirmed order is told once',
    'each confirmed order has one confirmation',
    "a customer's figures are those of their orders",
  ],
  [
    'an order that stayed in the middle',
    books => ({ orders: change(books.orders, 2, { state: 'reserved' }) }),
    'no order stays half done',
  ],
  [
    'an order that was charged twice',
    books => ({ charges: [...books.charges, { orderId: 'order-1', state: 'charged', amountCents: 1_30 }] }),
    'each confirmed order has one charge',
  ],
  [
    'an order that was never charged',
    books => ({ charges: books.charges.slice(1) }),
    'each confirmed order has one charge',
  ],
  [
    'a charge of another amount',
    books => ({ charges: change(books.charges, 0, { amountCents: 1_31 }) }),
    'the charge is the total',
  ],
  [
    'a cancelled order whose money was kept',
    books => ({ charges: change(books.charges, 2, { state: 'charged' }) }),
    'each charge has a confirmed order',
  ],
  [
    'a charge that nobody settled',
    books => ({ charges: change(books.charges, 1, { state: 'pending' }) }),
    'no charge stays pending',
  ],
  [
    'money that was to be given back, and nobody knows whether it was',
    books => ({ charges: change(books.charges, 2, { state: 'refunding' }) }),
    'no refund stays half done',
  ],
  [
    'a charge without an order',
    books => ({ charges: [...books.charges, { orderId: 'order-9', state: 'charged', amountCents: 1_30 }] }),
    'each charge has an order',
  ],
  [
    'goods that are held for an order that is sold',
    books => ({ reservations: change(books.reservations, 0, { state: 'held' }) }),
    'the goods of each confirmed order are sold',
    'what is sold is what was committed',
  ],
  [
    'other goods than were ordered',
    books => ({ reservations: change(books.reservations, 0, { items: [{ productId: 11, quantity: 3 }] }) }),
    'what is sold is what was ordered',
    'what is sold is what was committed',
  ],
  [
    'goods that are sold for a cancelled order',
    books => ({ reservations: change(books.reservations, 1, { state: 'committed' }) }),
    'nothing is held or sold for an order that is cancelled',
    'what is sold is what was committed',
  ],
  [
    'a reservation without an order',
    books => ({ reservations: [...books.reservations, { orderId: 'order-9', state: 'released', items: [] }] }),
    'each reservation has an order',
  ],
  [
    'a lamp that is gone',
    books => ({ stock: change(books.stock, 0, { available: 37 }) }),
    'stock is what came less what left',
  ],
  [
    'stock below nothing',
    books => ({ stock: change(books.stock, 0, { available: -1, moved: -1 }) }),
    'stock is never negative',
  ],
  [
    'stock that is held for nobody',
    books => ({ stock: change(books.stock, 0, { available: 37, held: 1 }) }),
    'what is held is promised to somebody',
  ],
  [
    'goods that left unseen',
    books => ({ stock: change(books.stock, 0, { sold: 1 }) }),
    'what is sold is what was committed',
  ],
  ['goods of which no stock is kept', () => ({ stock: [] }), 'what is sold is in the books'],
  [
    'a message that waits',
    books => ({ messages: change(books.messages, 0, { isSent: false }) }),
    'the outbox is empty',
  ],
  ['a message that was never written', () => ({ messages: [] }), 'each confirmed order is told once'],
  [
    'a message of an order that was undone',
    books => ({ messages: [...books.messages, { orderId: 'order-3', isSent: true }] }),
    'only confirmed orders are told',
  ],
  ['a customer who was not written to', () => ({ confirmations: [] }), 'each confirmed order has one confirmation'],
  [
    'a customer who was written to twice',
    books => ({ confirmations: [...books.confirmations, ...books.confirmations] }),
    'each confirmed order has one confirmation',
  ],
  [
    'a mail that was never handed over',
    books => ({ confirmations: change(books.confirmations, 0, { state: 'accepted' }) }),
    'each confirmation is sent',
  ],
  [
    'a mail about an order that was undone',
    books => ({ confirmations: [...books.confirmations, { orderId: 'order-2', state: 'sent' }] }),
    'only confirmed orders are confirmed',
  ],
  [
    'an order that was counted twice for its customer',
    books => ({ customers: change(books.customers, 0, { orderCount: 2 }) }),
    "a customer's figures are those of their orders",
  ],
  [
    'a use that was not given back',
    books => ({ promotions: change(books.promotions, 0, { uses: 2 }) }),
    'a code is used once for each order that stands',
  ],
  [
    'an upload that never ended',
    books => ({ uploads: change(books.uploads, 0, { state: 'running' }) }),
    'each upload is done',
  ],
  [
    'rows that were counted twice',
    books => ({ uploads: change(books.uploads, 0, { rowsWritten: 100 }) }),
    'each row is counted once',
  ],
  [
    'a row that was lost',
    books => ({ uploads: change(books.uploads, 0, { products: 49 }) }),
    'each row is one product',
  ],
]

for (const [what, spoil, ...promises] of spoilt) {
  test(`the books name ${what}`, () => {
    const books = { ...goodBooks(), ...spoil(goodBooks()) }

    const differences = findDifferences(books)

    assert.deepEqual(new Set(differences.map(({ promise }) => promise)), new Set(promises))
  })
}
