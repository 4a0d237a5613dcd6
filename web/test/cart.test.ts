import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Product } from '@techmart/contracts/product-routes'
import fc from 'fast-check'
import { discountCentsOf, itemsCentsOf } from '../../services/api/src/price-order.ts'
import { add, type Cart, centsOf, maxLines, piecesOf, readCart, reprice, setQuantity } from '../src/logic/cart.ts'
import { discountOf } from '../src/logic/discount.ts'

const lamp: Product = { id: 11, name: 'Lamp, brass', description: 'Lights.', category: 'Lighting', priceCents: 1_30 }
const pan: Product = { id: 12, name: 'Pan, 20 cm', description: 'Fries.', category: 'Kitchen', priceCents: 20_00 }

test('the same product put in twice is one line of both quantities, at the price seen last', () => {
  const once = add([], lamp, 2)

  const cart = add(add(once, pan, 1), { ...lamp, priceCents: 1_50 }, 3)

  assert.deepEqual(
    cart.map(({ id, quantity, priceCents }) => [id, quantity, priceCents]),
    [
      [11, 5, 1_50],
      [12, 1, 20_00],
    ],
  )
  assert.deepEqual([piecesOf(cart), centsOf(cart)], [6, 5 * 1_50 + 20_00])
})

test('a line holds twenty pieces and a cart twenty lines, as an order does', () => {
  const heavy = add(add([], lamp, 15), lamp, 15)
  const full = Array.from({ length: maxLines }, (_, n) => ({ ...lamp, id: n + 1 })).reduce<Cart>(
    (cart, product) => add(cart, product, 1),
    [],
  )

  assert.equal(heavy[0]?.quantity, 20)
  assert.deepEqual(add(full, { ...pan, id: 999 }, 1), full)
  assert.equal(add(full, { ...lamp, id: 3 }, 1)[2]?.quantity, 2)
})

test('of no pieces nothing is left, and the other lines stay', () => {
  const cart = add(add([], lamp, 2), pan, 1)

  assert.deepEqual(
    setQuantity(cart, 11, 0).map(({ id }) => id),
    [12],
  )
  assert.deepEqual(
    setQuantity(cart, 11, 7).map(({ quantity }) => quantity),
    [7, 1],
  )
})

test('new prices go to their lines; what is not sold any more keeps its old one', () => {
  const cart = add(add([], lamp, 2), pan, 1)

  assert.deepEqual(
    reprice(cart, [{ id: 12, priceCents: 18_00 }]).map(({ priceCents }) => priceCents),
    [1_30, 18_00],
  )
})

test('whatever the browser kept, a cart is read from it that can be ordered', () => {
  const line = { id: 11, name: 'Lamp', category: 'Lighting', priceCents: 1_30, quantity: 2 }
  const spoilt = [{ ...line, quantity: 0 }, { ...line, id: '12' }, { ...line, priceCents: 1.5 }, null, 7, 'lamp']

  assert.deepEqual(readCart([...spoilt, line, { ...line, quantity: 3 }]), [line])
  assert.deepEqual(readCart(Array.from({ length: 30 }, (_, n) => ({ ...line, id: n + 1 }))).length, maxLines)
  for (const nothing of [null, undefined, 'lines', { 0: line }, 4]) assert.deepEqual(readCart(nothing), [])
})

test('anything at all is read as a good cart', () => {
  fc.assert(
    fc.property(fc.jsonValue(), raw => {
      const cart = readCart(raw)
      assert.ok(cart.length <= maxLines && cart.every(({ quantity }) => quantity > 0 && quantity <= 20))
    }),
  )
})

test('a discount is what the shop itself will take off', () => {
  const promotion = fc.oneof(
    fc.record({ percent: fc.integer({ min: 1, max: 100 }), cents: fc.constant(null) }),
    fc.record({ percent: fc.constant(null), cents: fc.integer({ min: 0, max: 100_000 }) }),
  )
  fc.assert(
    fc.property(promotion, fc.integer({ min: 0, max: 500_000 }), (known, itemsCents) => {
      const kind = known.percent === null ? 'fixed' : 'percentage'
      assert.equal(discountOf(known, itemsCents), discountCentsOf({ ...known, kind }, itemsCents))
    }),
  )
})

test('items cost what the shop says that they cost', () => {
  const cart = add(add([], lamp, 3), pan, 2)
  const items = cart.map(({ quantity, priceCents }) => ({ quantity, unitPriceCents: priceCents }))

  assert.equal(centsOf(cart), itemsCentsOf(items))
})
