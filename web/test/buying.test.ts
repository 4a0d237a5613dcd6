// From the cart to the order: what is kept, what is told, and that one order is one order, however often it is asked for.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { type Answer, openStore, type Store } from './open-store.ts'

const lamp = { id: 11, name: 'Halden Desk Lamp, brass', category: 'Lighting', priceCents: 4_900 }
const lines = [{ ...lamp, quantity: 2 }]
const orderId = '0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11'
const order = {
  id: orderId,
  state: 'confirmed',
  country: 'US',
  items: [{ productId: 11, name: lamp.name, quantity: 2, unitPriceCents: 4_900 }],
  history: [],
  shipping: { source: 'carrier' },
  shippingCents: 700,
  totalCents: 9_520,
}
const lost: Answer = [504, { error: 'timeout', message: 'This took too long.' }]
const placed: Answer = [201, { order, orderKey: 'a-key' }]
const overWords = 'This promotion is over. Order without it, or with another code.'
const refusedCode: Answer = [400, { error: 'invalid', message: overWords, field: 'body.promotionCode' }]

/** Two lamps with ten percent off and shipping: $95.20. */
const makeAnswers = (): Record<string, Answer | Promise<Answer>> => ({
  'GET /api/products/11': [200, lamp],
  'GET /api/shipping-quotes': [200, { cents: 700, source: 'carrier' }],
  'GET /api/promotions/WELCOME10': [200, { code: 'WELCOME10', percent: 10, cents: null, state: 'active' }],
  [`GET /api/orders/${orderId}`]: [200, order],
  'POST /api/orders': placed,
})

const findField = ({ main }: Store, name: string) => main.querySelector<HTMLInputElement>(`input[name=${name}]`)
const findButton = ({ main }: Store, words: string) =>
  Array.from(main.querySelectorAll('button')).find(({ textContent }) => textContent.startsWith(words))
const textOf = ({ main }: Store, selector: string) => main.querySelector(selector)?.textContent ?? ''
const postsOf = ({ asked }: Store, path: string) => asked.filter(({ what }) => what === `POST ${path}`)

const isMarked = (store: Store) => findField(store, 'code')?.getAttribute('aria-invalid') === 'true'

async function press(store: Store, words: string): Promise<void> {
  findButton(store, words)?.click()
  await store.settle()
}

async function payAs(store: Store, email: string): Promise<void> {
  store.fill(findField(store, 'email'), email)
  await store.settle()
  await press(store, 'Pay')
}

const openCheckout = (t: TestContext, answers = makeAnswers(), kept: Record<string, unknown> = { cart: lines }) =>
  openStore(t, '/checkout', { answers, kept })

test('an order whose reply was lost is the same order after a reload, with its code in whatever letters', async t => {
  const answers = { ...makeAnswers(), 'POST /api/orders': lost }
  const before = await openCheckout(t, answers)
  before.fill(findField(before, 'code'), 'WELCOME10')
  await payAs(before, 'shopper@example.com')

  const after = await openCheckout(t, makeAnswers(), before.kept())
  const shown = findField(after, 'code')?.value
  after.fill(findField(after, 'code'), ' welcome10 ')
  await payAs(after, 'shopper@example.com')

  const [first, second] = [...postsOf(before, '/api/orders'), ...postsOf(after, '/api/orders')]
  assert.equal(shown, 'WELCOME10')
  assert.deepEqual([second?.body, second?.key], [first?.body, first?.key])
  assert.match(second?.body ?? '', /"promotionCode":"WELCOME10"/)
  assert.equal(after.kept().code, '')
})

test('a change of stock that failed is made once, however often it is pressed; the next one is another', async t => {
  const answers: Record<string, Answer> = { 'POST /api/inventory': lost }
  const store = await openStore(t, '/admin', { answers, kept: { who: 'shop' } })
  const change = async (pieces: string) => {
    store.fill(findField(store, 'id'), '11')
    store.fill(findField(store, 'pieces'), pieces)
    store.main.querySelector<HTMLFormElement>('form[aria-label="Change stock"]')?.requestSubmit()
    await store.settle()
  }

  await change('7')
  await change('7')
  await change('8')
  answers['POST /api/inventory'] = [200, { available: 15 }]
  await change('8')
  await change('8')

  const [first, second, other, worked, next] = postsOf(store, '/api/inventory').map(({ key }) => key)
  assert.deepEqual([first === second, other === worked, new Set([first, other, next]).size], [true, true, 3])
})

test('no total is shown before shipping is known, and the button can be pressed all the same', async t => {
  const quote = Promise.withResolvers<Answer>()
  const store = await openCheckout(t, { ...makeAnswers(), 'GET /api/shipping-quotes': quote.promise })
  const button = findButton(store, 'Pay')
  const before = [button?.textContent, textOf(store, 'dl > :last-child dd'), button?.getAttribute('aria-disabled')]

  quote.resolve([200, { cents: 700, source: 'carrier' }])
  await store.settle()

  assert.deepEqual(before, ['Pay', '…', 'false'])
  assert.deepEqual([button?.textContent, textOf(store, 'dl > :last-child dd')], ['Pay $105.00', '$105.00'])
})

test('where shipping cannot be quoted the button names no sum, and the order no surprise', async t => {
  const unavailable: Answer = [503, { error: 'unavailable', message: 'This is not available just now.' }]
  const store = await openCheckout(t, { ...makeAnswers(), 'GET /api/shipping-quotes': unavailable })
  const label = findButton(store, 'Pay')?.textContent

  await payAs(store, 'shopper@example.com')

  assert.equal(label, 'Pay')
  assert.doesNotMatch(textOf(store, '[role=status]'), /you saw before/)
})

for (const [what, code, isTold] of [
  ['a total that was not the one on the button is told with the order', '', true],
  ['a total that was on the button is no news', 'WELCOME10', false],
] as const) {
  test(what, async t => {
    const store = await openCheckout(t)
    store.fill(findField(store, 'code'), code)
    await store.settle()

    await payAs(store, 'shopper@example.com')

    assert.match(textOf(store, '[role=status]'), /^Confirmed/)
    assert.equal(/The total is not the one you saw before/.test(textOf(store, '[role=status]')), isTold)
    assert.match(textOf(store, 'dl > :last-child'), /\$95\.20/)
  })
}

test('a code that the order is refused for is told at the button and marked, until another one is applied', async t => {
  const store = await openCheckout(t, { ...makeAnswers(), 'POST /api/orders': refusedCode })
  store.fill(findField(store, 'code'), 'WELCOME10')
  await store.settle()

  await payAs(store, 'shopper@example.com')
  const told = [textOf(store, '[role=alert]'), isMarked(store)]
  store.fill(findField(store, 'code'), '')
  await store.settle()

  assert.deepEqual(told, [`${overWords} Your cart is kept.`, true])
  assert.deepEqual([textOf(store, '[role=alert]'), isMarked(store)], ['', false])
})

test('Apply looks a code up again that could not be looked up', async t => {
  const answers = makeAnswers()
  const good = answers['GET /api/promotions/WELCOME10'] as Answer
  answers['GET /api/promotions/WELCOME10'] = lost
  const store = await openCheckout(t, answers)
  store.fill(findField(store, 'code'), 'WELCOME10')
  await store.settle()
  const marked = isMarked(store)

  answers['GET /api/promotions/WELCOME10'] = good
  await press(store, 'Apply')

  assert.equal(marked, true)
  assert.deepEqual([textOf(store, '#code-words'), isMarked(store)], ['10% off', false])
})

for (const [typed, kept] of [
  ['1.5', 1],
  ['0.5', 1],
  ['-3', 1],
  ['', 1],
  ['7', 7],
  ['99', 20],
] as const) {
  test(`a quantity typed as "${typed}" is ${kept}, is shown so, and outlives a reload`, async t => {
    const store = await openStore(t, '/cart', { kept: { cart: lines } })
    const field = store.main.querySelector<HTMLInputElement>('input[type=number]')

    store.fill(field, typed)
    await store.settle()
    const after = await openStore(t, '/cart', { kept: store.kept() })

    assert.equal(field?.value, String(kept))
    assert.equal(after.main.querySelector<HTMLInputElement>('input[type=number]')?.value, String(kept))
  })
}

test('whoever takes something out of the cart has the focus on the heading, after the last of it, too', async t => {
  const cart = [...lines, { ...lamp, id: 12, quantity: 1 }]
  const store = await openStore(t, '/cart', { kept: { cart } })
  const remove = async () => {
    findButton(store, 'Remove')?.focus()
    await press(store, 'Remove')
    return store.document.activeElement?.outerHTML
  }

  assert.match((await remove()) ?? '', /^<h1.*Your cart</)
  assert.match((await remove()) ?? '', /^<h1.*Your cart is empty</)
})

for (const [what, cart, words, steps] of [
  ['a product that no full cart has room for', 20, /^Your cart is full\. View cart$/, 0],
  ['a product that there is room for', 19, /^1 in your cart\. View cart$/, 1],
] as const) {
  test(`${what} is told with the button, and counted ${steps} times`, async t => {
    const kept = { cart: Array.from({ length: cart }, (_, n) => ({ ...lamp, id: n + 100, quantity: 1 })) }
    const store = await openStore(t, '/products/11', { answers: makeAnswers(), kept })

    await press(store, 'Add to cart')
    await store.putAway()

    assert.match(textOf(store, 'form.buy [role=status]'), words)
    const told = postsOf(store, '/api/events').map(({ body }) => body)
    assert.match(told.join(), /"name":"view"/)
    assert.equal(told.join().split('"name":"cart"').length - 1, steps)
  })
}
