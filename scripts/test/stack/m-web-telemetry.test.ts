// What the lab knows of a visit: page load, vitals, actions and errors as log lines of its traces, the steps of the funnel as counts,
// and nothing of who it was.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../browser/connect.ts'
import { addToCart, fillCheckout, goTo, pay, putInCart } from '../../browser/steps.ts'
import { totalSince } from './counted.ts'
import { eventually, type LogLine, logs, query } from './lab.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 120_000 }
const soon = { withinMs: 45_000, everyMs: 1_000 }

/** Of every call from now on; what the browser tells of itself is none. */
function noteTraces(page: Page): Set<string> {
  const ids = new Set<string>()
  page.on('request', request => {
    const [, traceId] = (request.headers().traceparent ?? '').split('-')
    if (traceId !== undefined) ids.add(traceId)
  })
  return ids
}

const linesOf = (traceIds: Iterable<string>): Promise<readonly LogLine[]> =>
  logs(`{service_name="web"} | trace_id=~"${[...traceIds].join('|')}"`)

test(
  'a visit leaves its page load, its vitals and its errors in the logs, under the traces of its calls',
  options,
  async t => {
    const goods = await findGoods('Desk & Office')
    const mistake = `mistake-${crypto.randomUUID().slice(0, 8)}`
    const page = await visit(t, { throws: mistake })
    const traceIds = noteTraces(page)

    await goTo(page, `/products/${goods.id}`)
    const [opening] = traceIds
    assert.ok(opening)
    await addToCart(page)
    await page.evaluate(`setTimeout(() => { throw new Error('${mistake}') })`)
    // The vitals of a page are known when it is left.
    await goTo(page, '/cart')

    await eventually(async () => {
      const lines = await linesOf([opening])
      const told = new Set(lines.map(({ labels }) => labels.metric ?? labels.event_name))
      const missing = ['browser.page_load', 'browser.action', 'LCP', 'CLS', 'INP'].filter(name => !told.has(name))
      assert.deepEqual(missing, [], `told is ${[...told].join(', ')}`)
      assert.ok(lines.every(({ labels }) => labels.page?.startsWith('/products/')))
    }, soon)
    await eventually(async () => {
      const lines = await logs(`{service_name="web"} |= "${mistake}"`)
      assert.deepEqual(
        lines.map(({ labels }) => [labels.event_name, labels.trace_id?.length]),
        [['browser.error', 32]],
      )
    }, soon)
  },
)

test('nothing that a shopper types or is named by is among what the browser tells', options, async t => {
  const goods = await findGoods('Desk & Office')
  const email = newEmail()
  const searched = `nobody-looks-for-${crypto.randomUUID().slice(0, 8)}`
  const page = await visit(t)
  const traceIds = noteTraces(page)

  await goTo(page, `/search?q=${searched}`)
  await putInCart(page, goods)
  await goTo(page, '/checkout')
  await fillCheckout(page, { email, country: 'FR' })
  const order = await pay(page)
  await goTo(page, '/cart')

  await eventually(async () => {
    const pages = (await linesOf(traceIds)).map(({ labels }) => labels.page)
    for (const path of ['/search', `/products/${goods.id}`, '/checkout'])
      assert.ok(pages.includes(path), `${path} is not yet among ${pages.join(', ')}`)
  }, soon)
  const text = JSON.stringify(await linesOf(traceIds))
  for (const secret of [email, searched, order]) assert.ok(!text.includes(secret), `${secret} is told: ${text}`)
})

test('looking around, looking at a product and putting it in the cart are counted, each once', options, async t => {
  const goods = await findGoods('Home Textiles')
  const page = await visit(t)
  const counted = async (since: number) =>
    Promise.all(
      ['browse', 'view', 'cart'].map(step =>
        totalSince(`funnel_events_total{step="${step}", country="unknown", segment="unknown"}`, since),
      ),
    )

  // What the visits before have told is scraped; the shoppers of k6 always say their country.
  const asked = Date.now() / 1_000
  await eventually(async () => {
    const [newest] = await query('max(timestamp(funnel_events_total))')
    assert.ok((newest?.value ?? 0) > asked)
  }, soon)
  const since = Date.now()
  await goTo(page, '/')
  await putInCart(page, goods)
  await goTo(page, '/cart')

  await eventually(async () => assert.deepEqual(await counted(since), [1, 1, 1]), soon)
})
