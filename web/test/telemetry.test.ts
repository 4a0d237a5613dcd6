// What a visit tells, seen from where pages call and where the gateway listens.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ActionEvent, BrowserEvent } from '@techmart/contracts/event-routes'
import { EventsRequest, maxEvents, reportEvents } from '@techmart/contracts/event-routes'
import { Value } from 'typebox/value'
import { type FakeBrowser, fakeBrowser } from './fake-browser.ts'

type Telemetry = typeof import('../src/telemetry/telemetry.ts')
let visits = 0

/** A visit of its own: the module is loaded anew, as it is with a page. */
async function startVisit(t: TestContext, options: { sampleRatio?: number; pathname?: string } = {}) {
  const browser = fakeBrowser(t, options)
  const telemetry: Telemetry = await import(`../src/telemetry/telemetry.ts?visit=${++visits}`)
  telemetry.startTelemetry()
  return { browser, telemetry }
}

interface Asked {
  readonly url: string
  readonly headers: Record<string, string>
}

/** Answers every fetch with the status, some time after it was asked; undefined: not at all. */
function answerFetch(t: TestContext, browser: FakeBrowser, status: number | undefined, afterMs = 40): Asked[] {
  const asked: Asked[] = []
  t.mock.method(globalThis, 'fetch', async (url: string, init: { headers: Record<string, string> }) => {
    asked.push({ url, headers: init.headers })
    browser.pass(afterMs)
    if (status === undefined) throw new TypeError('fetch failed')
    return new Response(null, { status })
  })
  return asked
}

const traceOf = (traceparent: string | undefined) => traceparent?.split('-')[1]
const spanOf = (traceparent: string | undefined) => traceparent?.split('-')[2]
const allOf = (browser: FakeBrowser): BrowserEvent[] => browser.sent.flat()
const actionsOf = (browser: FakeBrowser): ActionEvent[] =>
  allOf(browser).filter((event): event is ActionEvent => event.name === 'action')

test('a click and the calls that follow it are one trace, told once they are answered', async t => {
  const { browser, telemetry } = await startVisit(t, { pathname: '/products/11' })
  const asked = answerFetch(t, browser, 200)

  browser.dispatch('click')
  browser.pass(5)
  await telemetry.tracedFetch('/api/products/:id', '/api/products/11')
  await telemetry.tracedFetch('/api/products/:id/reviews', '/api/products/11/reviews', { method: 'POST' })
  browser.pass(4_000)

  const [action, ...others] = actionsOf(browser)
  assert.ok(action)
  assert.deepEqual(others, [])
  assert.equal(action.kind, 'click')
  assert.equal(action.page, '/products/11')
  assert.equal(action.durationMs, 85)
  const [first, second] = asked.map(({ headers }) => headers.traceparent)
  assert.equal(traceOf(first), traceOf(action.traceparent))
  assert.equal(traceOf(second), traceOf(action.traceparent))
  assert.deepEqual(action.calls, [
    { spanId: spanOf(first), method: 'GET', route: '/api/products/:id', status: 200, offsetMs: 5, durationMs: 40 },
    {
      spanId: spanOf(second),
      method: 'POST',
      route: '/api/products/:id/reviews',
      status: 200,
      offsetMs: 45,
      durationMs: 40,
    },
  ])
})

test('two clicks are two traces, and a click that led to no call is told to nobody', async t => {
  const { browser, telemetry } = await startVisit(t)
  const asked = answerFetch(t, browser, 200)

  browser.dispatch('click')
  await telemetry.tracedFetch('/api/products', '/api/products')
  browser.dispatch('click')
  browser.dispatch('click')
  await telemetry.tracedFetch('/api/products', '/api/products?page=2')
  browser.pass(4_000)

  const [first, second] = asked.map(({ headers }) => traceOf(headers.traceparent))
  assert.notEqual(first, second)
  assert.deepEqual(
    actionsOf(browser).map(({ traceparent }) => traceOf(traceparent)),
    [first, second],
  )
})

test('what the page asks by itself later is a trace of its own each time', async t => {
  const { browser, telemetry } = await startVisit(t)
  answerFetch(t, browser, 200)
  const look = () => telemetry.tracedFetch('/api/orders/:id', '/api/orders/7')

  browser.dispatch('submit')
  await look()
  browser.pass(2_500)
  await look()
  browser.pass(2_500)
  await look()
  browser.pass(4_000)

  const actions = actionsOf(browser)
  assert.deepEqual(
    actions.map(({ kind }) => kind),
    ['submit', 'background', 'background'],
  )
  assert.equal(new Set(actions.map(({ traceparent }) => traceOf(traceparent))).size, 3)
})

for (const [what, error, status] of [
  ['no answer', new TypeError('fetch failed'), 0],
  ['a call that the page gave up', new DOMException('gone', 'AbortError'), 499],
  ['a call that took too long', new DOMException('late', 'TimeoutError'), 0],
] as const) {
  test(`${what} is told as ${status}, and the caller gets the error`, async t => {
    const { browser, telemetry } = await startVisit(t)
    t.mock.method(globalThis, 'fetch', () => Promise.reject(error))

    const call = telemetry.tracedFetch('/api/products', '/api/products')

    await assert.rejects(call, error)
    browser.pass(4_000)
    assert.equal(actionsOf(browser)[0]?.calls[0]?.status, status)
  })
}

test('a visit that is not sampled sends traceparents that say so, steps and errors, and nothing else', async t => {
  const { browser, telemetry } = await startVisit(t, { sampleRatio: 0 })
  const asked = answerFetch(t, browser, 200)

  browser.dispatch('click')
  await telemetry.tracedFetch('/api/products', '/api/products')
  telemetry.reportStep('browse')
  telemetry.reportError(new Error('x is not a function'))
  browser.dispatch('load')
  browser.putAway()

  assert.match(asked[0]?.headers.traceparent ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/)
  assert.deepEqual(
    allOf(browser).map(({ name }) => name),
    ['browse', 'error'],
  )
})

test('a step carries what is known of the shopper by then', async t => {
  const { browser, telemetry } = await startVisit(t, { pathname: '/products/11' })

  telemetry.reportStep('view', { productId: 11 })
  telemetry.setShopper({ country: 'BR', segment: 'vip' })
  telemetry.reportStep('cart', { productId: 11 })
  browser.pass(3_000)

  const page = '/products/11'
  assert.deepEqual(browser.sent, [
    [
      { page, name: 'view', productId: 11 },
      { page, name: 'cart', productId: 11, country: 'BR', segment: 'vip' },
    ],
  ])
})

test('errors that nobody caught are told with the trace they happened in, the same one once, ten of a visit', async t => {
  const { browser, telemetry } = await startVisit(t)
  const asked = answerFetch(t, browser, 200)

  browser.dispatch('click')
  await telemetry.tracedFetch('/api/products', '/api/products')
  browser.dispatch('error', { error: new TypeError('x is not a function') })
  browser.dispatch('error', { error: new TypeError('x is not a function') })
  browser.dispatch('unhandledrejection', { reason: 'no lamp' })
  browser.dispatch('error', { error: null, message: 'Script error.' })
  for (let n = 0; n < 20; n++) telemetry.reportError(new Error(`mistake ${n}`))
  browser.putAway()

  const errors = allOf(browser).filter(event => event.name === 'error')
  assert.equal(errors.length, 10)
  assert.deepEqual(
    errors.slice(0, 3).map(({ message }) => message),
    ['x is not a function', 'no lamp', 'Script error.'],
  )
  assert.match(errors[0]?.stack ?? '', /TypeError: x is not a function\n/)
  assert.equal(traceOf(errors[0]?.traceparent), traceOf(asked[0]?.headers.traceparent))
})

test('the page load is told with the page that was opened, and all is sent when the page is put away', async t => {
  const { browser } = await startVisit(t, { pathname: '/cart' })

  browser.dispatch('load')
  browser.goTo('/checkout')
  assert.deepEqual(browser.sent, [])
  browser.putAway()

  assert.equal(browser.sent.length, 1)
  const [loaded] = allOf(browser)
  assert.equal(loaded?.name, 'page_load')
  assert.equal(loaded?.page, '/cart')
})

test('neither the query of an address nor an address that somebody made up is told', async t => {
  const { browser, telemetry } = await startVisit(t, { pathname: '/ada@techmart.example' })

  telemetry.reportStep('browse')
  browser.putAway()

  assert.deepEqual(allOf(browser), [{ page: '/other', name: 'browse' }])
})

test('a request holds no more than the contract allows, and a visit no more than 500 events', async t => {
  const { browser, telemetry } = await startVisit(t)

  for (let n = 0; n < 5; n++) telemetry.reportError(new Error(`${n} ${'エラー'.repeat(90)}`))
  for (let n = 0; n < 600; n++) telemetry.reportStep('view', { productId: n })
  browser.putAway()

  assert.equal(allOf(browser).length, 500)
  assert.ok(browser.sent.length > 500 / maxEvents)
  for (const events of browser.sent) {
    assert.ok(events.length <= maxEvents)
    const bytes = Buffer.byteLength(JSON.stringify({ events }))
    assert.ok(bytes <= reportEvents.bodyLimitBytes, `${bytes} bytes`)
  }
})

test('whatever a visit tells is what the contract knows', async t => {
  const { browser, telemetry } = await startVisit(t, { pathname: '/orders/0b2c6e1e-6f5e-4b8e-9c55-0c3a4f0f7a11' })
  answerFetch(t, browser, 503)

  for (const kind of ['click', 'submit', 'input', 'popstate']) {
    browser.dispatch(kind)
    await telemetry.tracedFetch('/api/orders/:id', '/api/orders/7')
  }
  telemetry.setShopper({})
  telemetry.reportStep('browse')
  telemetry.reportError(undefined)
  browser.dispatch('load')
  browser.pass(3_000)
  await telemetry.tracedFetch('/api/orders/:id', '/api/orders/7')
  browser.pass(300)
  browser.putAway()

  assert.equal(allOf(browser).length, 8)
  for (const events of browser.sent) {
    assert.deepEqual([...Value.Errors(EventsRequest, { events })], [])
  }
})

test('before telemetry is started pages may call it, and calls go out as they are', async t => {
  const browser = fakeBrowser(t)
  const telemetry: Telemetry = await import(`../src/telemetry/telemetry.ts?visit=${++visits}`)
  const asked = answerFetch(t, browser, 200)

  telemetry.reportStep('browse')
  telemetry.reportError(new Error('early'))
  await telemetry.tracedFetch('/api/products', '/api/products', { headers: { accept: 'application/json' } })
  browser.pass(4_000)

  assert.deepEqual(asked, [{ url: '/api/products', headers: { accept: 'application/json' } }])
  assert.deepEqual(browser.sent, [])
})
