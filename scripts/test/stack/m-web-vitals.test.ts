// The store measures web vitals by hand, for its bytes. Here the package that everybody uses measures the same visit beside it.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { build } from 'esbuild'
import { noBrowser, openBrowser, openVisitor } from '../../browser/connect.ts'

const both = `
import { onCLS, onFCP, onINP, onLCP, onTTFB } from 'web-vitals'
import { watchVitals } from './vitals.ts'
const theirs = {}
for (const on of [onCLS, onFCP, onINP, onLCP, onTTFB]) {
  on(({ name, value }) => { theirs[name] = value }, { reportAllChanges: true })
}
const ours = watchVitals()
new PerformanceObserver(() => { window.isAnswered = true }).observe({ type: 'first-input', buffered: true })
window.putAway = () => {
  Object.defineProperty(document, 'visibilityState', { value: 'hidden' })
  document.dispatchEvent(new Event('visibilitychange'))
  return { ours: ours(), theirs }
}
`

/** Its heading moves down twice, in two bursts, and its button takes 150 ms to answer. */
const page = `<!doctype html>
<title>Vitals</title>
<div id="top"></div>
<h1>Lamps</h1>
<p style="font-size: 40px">${'A lamp that stands on a desk and is not moved. '.repeat(20)}</p>
<button style="position: fixed; bottom: 0">Buy</button>
<script src="/both.js"></script>
<script>
  const top_ = document.getElementById('top')
  setTimeout(() => { top_.style.height = '200px' }, 700)
  setTimeout(() => { top_.style.height = '260px' }, 2300)
  document.querySelector('button').onclick = () => {
    const end = performance.now() + 150
    while (performance.now() < end);
    document.querySelector('button').textContent = 'Bought'
  }
</script>`

async function startPage(t: TestContext): Promise<string> {
  const resolveDir = join(import.meta.dirname, '../../../web/src/telemetry')
  const { outputFiles } = await build({
    stdin: { contents: both, resolveDir, loader: 'ts' },
    bundle: true,
    write: false,
  })
  const script = outputFiles[0]?.text ?? ''
  const server = createServer((request, reply) => {
    const isScript = request.url === '/both.js'
    reply.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8')
    reply.end(isScript ? script : page)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

type Vitals = Record<string, number>

/** Whole milliseconds; the score to its fourth digit. */
const rounded = (vitals: Vitals) =>
  Object.fromEntries(Object.entries(vitals).map(([name, value]) => [name, value.toFixed(name === 'CLS' ? 4 : 0)]))

test('the web vitals of a visit are those that the package web-vitals tells', {
  skip: noBrowser,
  timeout: 120_000,
}, async t => {
  const url = await startPage(t)
  const browser = await openBrowser()
  t.after(() => browser.close())
  const visitor = await openVisitor(browser, url)
  const visit = await visitor.newPage()

  await visit.goto(url)
  // The second shift is over: it would be put down to the click.
  await visit.waitForTimeout(3_500)
  await visit.getByRole('button', { name: 'Buy' }).click()
  await visit.getByRole('button', { name: 'Bought' }).waitFor()

  // The browser tells of an interaction with one of the next frames.
  await visit.keyboard.press('Tab')
  await visit.waitForFunction('window.isAnswered')
  const { ours, theirs } = (await visit.evaluate('putAway()')) as { ours: Vitals; theirs: Vitals }

  assert.deepEqual(Object.keys(ours).sort(), ['CLS', 'FCP', 'INP', 'LCP', 'TTFB'])
  assert.deepEqual(rounded(ours), rounded(theirs))
  assert.ok((ours.INP ?? 0) >= 150 && (ours.CLS ?? 0) > 0, JSON.stringify(ours))
})
