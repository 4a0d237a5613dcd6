// One click, one trace: from the browser through the gateway and the services down to the statements in Postgres.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page, Request } from 'playwright-core'
import { noBrowser } from '../../browser/connect.ts'
import { fillCheckout, goTo, payButton, pressPay, putInCart, settled } from '../../browser/steps.ts'
import { eventually, type Span, trace } from './lab.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 120_000 }

interface Sent {
  readonly url: string
  readonly traceId: string
  readonly spanId: string
}

/** Every call from now on; what the browser tells of itself is none. */
function noteCalls(page: Page): Sent[] {
  const calls: Sent[] = []
  page.on('request', (request: Request) => {
    const { pathname } = new URL(request.url())
    if (!pathname.startsWith('/api/') || pathname === '/api/events') return
    const [, traceId = '', spanId = ''] = (request.headers().traceparent ?? '').split('-')
    calls.push({ url: pathname, traceId, spanId })
  })
  return calls
}

/** Services from the trace's root down to this span, each once in a row. */
function wayTo(span: Span, byId: ReadonlyMap<string, Span>): readonly string[] {
  const way: string[] = []
  for (let at: Span | undefined = span; at !== undefined; at = byId.get(at.parentSpanId)) {
    if (way[0] !== at.service) way.unshift(at.service)
  }
  return way
}

const isStatement = (span: Span): boolean => span.attributes['db.system.name'] === 'postgresql'

/** The trace, once it has these ways from its root to a statement. Each service sends its spans in its own time, the browser last. */
async function waysToSql(traceId: string, wanted: readonly string[]): Promise<readonly Span[]> {
  return eventually(
    async () => {
      const spans = await trace(traceId)
      const byId = new Map(spans.map(span => [span.spanId, span]))
      const ways = new Set(spans.filter(isStatement).map(span => wayTo(span, byId).join(' → ')))
      const missing = wanted.filter(way => !ways.has(way))
      assert.deepEqual(
        missing,
        [],
        `found are ${[...ways].join(', ')} in ${spans.map(one => `${one.service}: ${one.name}`).join('\n')}`,
      )
      return spans
    },
    { withinMs: 45_000 },
  )
}

test('a click on a product is one trace: the click, each call it led to, and the SQL behind them', options, async t => {
  const page = await visit(t)
  // The code of the product's page is there then: on a slow machine fetching it first takes longer than a click is remembered.
  await goTo(page, '/products/11')
  await page.getByRole('link', { name: 'TechMart' }).click()
  await page.getByRole('list', { name: 'Products' }).getByRole('link').first().waitFor()
  await settled(page)
  const calls = noteCalls(page)

  await page.getByRole('list', { name: 'Products' }).getByRole('link').first().click()
  await page.waitForURL(/\/products\/\d+$/)
  await settled(page)

  const [first] = calls
  assert.ok(first !== undefined && calls.length > 1, `${calls.length} calls`)
  assert.match(first.traceId, /^(?!0{32})[0-9a-f]{32}$/)
  assert.deepEqual([...new Set(calls.map(call => call.traceId))], [first.traceId], JSON.stringify(calls))
  assert.equal(new Set(calls.map(call => call.spanId)).size, calls.length)
  const spans = await waysToSql(first.traceId, ['web → gateway → api'])
  for (const { url, spanId } of calls) {
    assert.ok(
      spans.some(span => span.service === 'gateway' && span.kind === 2 && span.parentSpanId === spanId),
      `the gateway's span of ${url} is a child of the browser's call`,
    )
  }
  const roots = spans.filter(span => span.parentSpanId === '')
  assert.deepEqual(
    roots.map(span => span.service),
    ['web'],
    JSON.stringify(roots),
  )
})

test('a press on Pay is one trace down to the statements of api, inventory and payments', options, async t => {
  const goods = await findGoods('Outdoor')
  const page = await visit(t)
  await putInCart(page, goods)
  await goTo(page, '/checkout')
  await fillCheckout(page, { email: newEmail() })
  const calls = noteCalls(page)

  // Declined or not: a charge is asked for either way.
  await pressPay(page, () => payButton(page).click())

  const call = calls.find(({ url }) => url === '/api/orders')
  assert.ok(call)
  await waysToSql(
    call.traceId,
    ['api', 'inventory', 'payments'].map(owner => `web → gateway → api${owner === 'api' ? '' : ` → ${owner}`}`),
  )
})
