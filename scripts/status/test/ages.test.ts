import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { findLastRise, formatAges, readAges, toWords } from '../ages.ts'

const nowMs = 1_700_000_000_000
const now = nowMs / 1000

/** Prometheus and Loki in one, which answer each path and query with what they are given. */
async function startStores(t: TestContext, answer: (path: string, query: string) => unknown) {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://stores')
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ data: { result: answer(pathname, searchParams.get('query') ?? '') } }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { prometheusUrl: url, lokiUrl: url, nowMs: () => nowMs }
}

test('the last span is as old as the last rise of its count, though the count is handed over again and again', () => {
  assert.equal(findLastRise([[10, '5'], [15, '7'], [20, '7'], [25, '7']]), 15) // biome-ignore format: a series reads best in a row
  assert.equal(findLastRise([[10, '5'], [15, '5']]), undefined) // biome-ignore format: a series reads best in a row
  assert.equal(findLastRise([[10, '900'], [15, '3'], [20, '4']]), 20) // biome-ignore format: a series reads best in a row
  assert.equal(findLastRise([]), undefined)
})

test('each service has the age of its last span, line and scrape, or a dash where there was none', async t => {
  const stores = await startStores(t, (path, query) => {
    if (path.startsWith('/loki/')) {
      return query === '{service_name="api"}' ? [{ values: [[`${nowMs - 4_000}000000`, 'order placed']] }] : []
    }
    if (query.includes('techmart_calls_total')) {
      const values = [[now - 20, '1'], [now - 12, '2'], [now, '2']] // biome-ignore format: a series reads best in a row
      return [{ metric: { service_name: 'api' }, values }]
    }
    return ['api', 'users'].map(service => ({ metric: { service }, values: [[now, String(now - 3)]] }))
  })

  const ages = await readAges(stores, ['api', 'users', 'lab'])

  assert.deepEqual(ages, [
    { service: 'api', span: 12, log: 4, scrape: 3 },
    { service: 'users', span: undefined, log: undefined, scrape: 3 },
    { service: 'lab', span: undefined, log: undefined, scrape: undefined },
  ])
  assert.deepEqual(formatAges(ages), [
    'LAST OF            SPAN       LOG        SCRAPE',
    'api                12 s       4 s        3 s',
    'users              –          –          3 s',
    'lab                –          –          –',
  ])
})

test('ages are told in seconds for two minutes, and in minutes then', () => {
  assert.deepEqual([0.4, 119, 120, 3599].map(toWords), ['0 s', '119 s', '2 min', '59 min'])
})
