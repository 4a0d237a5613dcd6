// The API documentation says what the contracts say, as a valid OpenAPI document, and its pages ask nobody outside.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import { exampleOf } from '@techmart/contracts/route-examples'
import { readMetric } from '@techmart/platform/testing'
import { startEdge } from './edge.ts'
import { recordJourneys } from './recorded-journeys.ts'

interface Operation {
  readonly description: string
  readonly security: object[]
  readonly requestBody?: { content: { 'application/json': { schema: object; example: unknown } } }
  readonly responses: Record<string, { content?: { 'application/json': { schema: { $ref?: string } } } }>
}
type Paths = Record<string, Record<string, Operation>>

async function readDocument(t: TestContext): Promise<{ openapi: string; paths: Paths }> {
  const edge = await startEdge(t, {})
  const reply = await fetch(`${edge.url}/docs/json`)
  return (await reply.json()) as { openapi: string; paths: Paths }
}

const routes = [...publicRoutes.map(({ route }) => route), ...edgeRoutes]
const toPath = (path: string) => path.replace(/:([a-z]+)/gi, '{$1}')

test('the document is valid OpenAPI 3.1', async t => {
  const document = await readDocument(t)

  const result = await new Validator().validate(document)

  assert.equal(document.openapi, '3.1.0')
  assert.deepEqual(result.errors ?? [], [])
  assert.equal(result.valid, true)
})

test('every public route is in it, and nothing else', async t => {
  const { paths } = await readDocument(t)

  const documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
  )

  assert.deepEqual(documented.sort(), routes.map(({ method, path }) => `${method} ${toPath(path)}`).sort())
})

for (const route of routes) {
  test(`${route.method} ${route.path} says who may, what is right, and how it answers`, async t => {
    const { paths } = await readDocument(t)

    const operation = paths[toPath(route.path)]?.[route.method.toLowerCase()]

    assert.match(operation?.description ?? '', /^Who may: anonymous: .*, user: .*, admin: .*, test: /)
    assert.equal(operation?.security.length, route.access?.anonymous === 'none' ? 1 : 2)
    assert.deepEqual(operation?.requestBody?.content['application/json'].example, exampleOf(route).body)
    assert.deepEqual(Object.keys(operation?.responses ?? {}), Object.keys(route.schema.response))
    const badRequest = operation?.responses['400']?.content?.['application/json'].schema
    if ('400' in route.schema.response) assert.equal(badRequest?.$ref, '#/components/schemas/ErrorBody')
  })
}

test('the pages and all that they load come from here, and no script is inline', async t => {
  const edge = await startEdge(t, {})

  const page = await fetch(`${edge.url}/docs`)
  const html = await page.text()
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '')
  const replies = await Promise.all(loaded.map(url => fetch(new URL(url, `${edge.url}/docs/`))))

  assert.equal(page.status, 200)
  assert.ok(loaded.length > 3)
  for (const [n, reply] of replies.entries()) {
    assert.equal(new URL(reply.url).origin, edge.url)
    assert.equal(reply.status, 200, loaded[n])
    await reply.body?.cancel()
  }
  assert.ok(!/<script(?![^>]*\ssrc=)/.test(html))
  const policy = page.headers.get('content-security-policy') ?? ''
  assert.match(policy, /default-src 'none'/)
  assert.match(policy, /script-src 'self';/)
  assert.ok(!policy.includes('https:') && !policy.includes('upgrade-insecure-requests'))
})

test('who reads the documentation makes no event of a journey and no 5xx', async t => {
  const recorded = recordJourneys(t)
  const edge = await startEdge(t, {})

  for (const path of ['/docs', '/docs/json', '/docs/static/swagger-ui.css', '/docs/static/nothing.js']) {
    const reply = await fetch(edge.url + path)
    await reply.body?.cancel()
    assert.equal(reply.status, path.includes('nothing') ? 404 : 200, path)
  }

  assert.deepEqual(recorded.journeys(), [])
  assert.deepEqual(await readMetric(edge.metrics, 'gateway_errors_total'), {})
})
