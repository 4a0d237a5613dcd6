import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ErrorBody } from '@techmart/contracts/errors'
import type { Fault, FaultPoint } from '@techmart/contracts/faults'
import { defineRoute } from '@techmart/contracts/route'
import { FaultError, type Faults, noFaults } from '@techmart/platform/faults'
import { addRoute, type HttpAppOptions, listen, signalOf } from '@techmart/platform/http-app'
import { buildMetrics } from '@techmart/platform/metrics'
import { notFound, UpstreamError } from '@techmart/platform/refusals'
import { buildTestApp, eventually, fakeLog, readMetric } from '@techmart/platform/testing'
import Type from 'typebox'
import Value from 'typebox/value'

const Lamp = Type.Object(
  {
    sku: Type.Integer(),
    mail: Type.Optional(Type.String({ format: 'email' })),
    size: Type.Optional(Type.Enum(['s', 'l'])),
  },
  { additionalProperties: false },
)
const putLamp = defineRoute({
  method: 'PUT',
  path: '/lamps/:id',
  summary: 'Sets a lamp.',
  bodyLimitBytes: 200,
  schema: {
    params: Type.Object({ id: Type.Integer() }),
    querystring: Type.Object({ page: Type.Optional(Type.Integer({ default: 1 })) }, { additionalProperties: false }),
    body: Lamp,
    response: { 200: Type.Object({ id: Type.Integer(), page: Type.Integer(), sku: Type.Integer() }), 404: ErrorBody },
  },
})

function buildLampApp(t: TestContext, options: Partial<HttpAppOptions> = {}, handling = async () => {}) {
  const app = buildTestApp(t, options)
  addRoute(app, putLamp, async request => {
    await handling()
    if (request.params.id === 404) throw notFound('There is no such lamp.', { field: 'params.id' })
    return { id: request.params.id, page: request.query.page ?? 0, sku: request.body.sku }
  })
  return app
}

const put = (url: string, payload: object) => ({ method: 'PUT', url, payload }) as const

test('a body of another type than JSON is 415, text too', async t => {
  const app = buildLampApp(t)
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'application/xml', 'application/jsonp']

  const replies = await Promise.all(
    types.map(type =>
      app.inject({ method: 'PUT', url: '/lamps/11', headers: { 'content-type': type }, body: '{"sku":12}' }),
    ),
  )

  assert.deepEqual(
    replies.map(reply => [reply.statusCode, reply.json().error]),
    types.map(() => [415, 'unsupported_media_type']),
  )
})

test('a route that asks for no body takes none, whatever type is said, and one that asks for it does not', async t => {
  const app = buildLampApp(t)
  const deleteLamp = defineRoute({
    method: 'DELETE',
    path: '/lamps/:id',
    summary: 'Removes a lamp.',
    schema: { params: Type.Object({ id: Type.Integer() }), response: { 204: Type.Null() } },
  })
  addRoute(app, deleteLamp, async (_request, reply) => reply.code(204).send(null))
  const ask = (method: 'DELETE' | 'PUT', body?: string) =>
    app.inject({ method, url: '/lamps/11', headers: { 'content-type': 'application/json' }, ...(body && { body }) })

  const replies = await Promise.all([ask('DELETE'), ask('DELETE', '{bad'), ask('PUT')])

  assert.deepEqual(
    replies.map(reply => reply.statusCode),
    [204, 400, 400],
  )
  assert.equal(replies[2]?.json().message, 'The body is empty; JSON is expected.')
})

test('a route of contracts converts its path and query, fills defaults and answers', async t => {
  const app = buildLampApp(t)

  const reply = await app.inject(put('/lamps/11', { sku: 12 }))

  assert.equal(reply.statusCode, 200)
  assert.deepEqual(reply.json(), { id: 11, page: 1, sku: 12 })
})

for (const { wrong, request, field, message, allowed } of [
  {
    wrong: 'an unknown field of the body',
    request: put('/lamps/11', { sku: 12, colour: 'red' }),
    field: 'body.colour',
    message: 'body.colour is not known here.',
    allowed: ['sku', 'mail', 'size'],
  },
  {
    wrong: 'a missing field',
    request: put('/lamps/11', {}),
    field: 'body.sku',
    message: 'body.sku is missing.',
  },
  {
    wrong: 'a number in quotes in a body',
    request: put('/lamps/11', { sku: '12' }),
    field: 'body.sku',
    message: 'body.sku must be integer.',
  },
  {
    wrong: 'a value that is not in a list',
    request: put('/lamps/11', { sku: 12, size: 'm' }),
    field: 'body.size',
    message: 'body.size is not one of the allowed values.',
    allowed: ['s', 'l'],
  },
  {
    wrong: 'a format',
    request: put('/lamps/11', { sku: 12, mail: 'ada' }),
    field: 'body.mail',
    message: 'body.mail is not a valid email.',
  },
  {
    wrong: 'a path parameter',
    request: put('/lamps/first', { sku: 12 }),
    field: 'params.id',
    message: 'params.id must be integer.',
  },
  {
    wrong: 'an unknown query parameter',
    request: put('/lamps/11?pages=2', { sku: 12 }),
    field: 'query.pages',
    message: 'query.pages is not known here.',
    allowed: ['page'],
  },
]) {
  test(`${wrong} is refused by name, with what is allowed`, async t => {
    const app = buildLampApp(t)

    const reply = await app.inject(request)

    const { requestId, ...body } = reply.json()
    assert.equal(reply.statusCode, 400)
    assert.deepEqual(body, { error: 'invalid', message, field, ...(allowed ? { allowed } : {}) })
    assert.equal(typeof requestId, 'string')
  })
}

for (const { what, request, status, error } of [
  { what: 'a refusal', request: put('/lamps/404', { sku: 12 }), status: 404, error: 'not_found' },
  { what: 'an unknown path', request: put('/lanterns/1', {}), status: 404, error: 'not_found' },
  {
    what: 'a large body',
    request: put('/lamps/11', { sku: 12, mail: 'a'.repeat(300) }),
    status: 413,
    error: 'too_large',
  },
  {
    what: 'text that is not JSON',
    request: {
      method: 'PUT',
      url: '/lamps/11',
      payload: '{',
      headers: { 'content-type': 'application/json' },
    } as const,
    status: 400,
    error: 'invalid',
  },
  {
    what: 'another media type',
    request: { method: 'PUT', url: '/lamps/11', payload: '<a/>', headers: { 'content-type': 'text/xml' } } as const,
    status: 415,
    error: 'unsupported_media_type',
  },
]) {
  test(`${what} is answered with ${status} ${error} in the one shape of errors`, async t => {
    const app = buildLampApp(t)

    const reply = await app.inject(request)

    assert.equal(reply.statusCode, status)
    assert.equal(reply.json().error, error)
    assert.ok(Value.Check(ErrorBody, reply.json()))
  })
}

test('a fault is answered with 500 and a request id, and its details go to the log only', async t => {
  const log = fakeLog()
  const app = buildLampApp(t, { log }, async () => {
    throw new Error('the wire is loose')
  })

  const reply = await app.inject(put('/lamps/11', { sku: 12 }))

  assert.equal(reply.statusCode, 500)
  assert.equal(reply.json().error, 'internal')
  assert.doesNotMatch(reply.body, /wire/)
  assert.equal(log.lines[0]?.requestId, reply.json().requestId)
  assert.match(String(log.lines[0]?.error), /the wire is loose/)
})

test('an upstream that does not answer is 503, and one that is slow 504', async t => {
  const kinds = ['refused', 'timeout'] as const
  let kind: (typeof kinds)[number] = 'refused'
  const app = buildLampApp(t, {}, async () => {
    throw new UpstreamError('payments is gone', { kind, dependency: 'payments' })
  })

  const replies = []
  for (kind of kinds) replies.push(await app.inject(put('/lamps/11', { sku: 12 })))

  assert.deepEqual(
    replies.map(reply => [reply.statusCode, reply.json().error]),
    [
      [503, 'unavailable'],
      [504, 'timeout'],
    ],
  )
})

test('a handler that takes too long is answered 504 timeout and told to stop, also after a body', async t => {
  const app = buildTestApp(t, { requestTimeoutMs: 60 })
  let aborted = false
  addRoute(app, putLamp, async request => {
    await new Promise(resolve => signalOf(request).addEventListener('abort', resolve))
    aborted = true
    return { id: 1, page: 1, sku: 1 }
  })
  await using listening = await listen(app, 0, { drainWaitMs: 0 })

  const reply = await fetch(`http://localhost:${listening.port}/lamps/11`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{"sku":12}',
  })

  assert.equal(reply.status, 504)
  assert.equal(((await reply.json()) as ErrorBody).error, 'timeout')
  await eventually(() => assert.ok(aborted), { withinMs: 10_000 })
})

test('requests are counted by method, route and status; probes and unknown paths do not add routes', async t => {
  const metrics = buildMetrics()
  const app = buildLampApp(t, { metrics })

  await app.inject(put('/lamps/11', { sku: 12 }))
  await app.inject(put('/lamps/12', { sku: 12 }))
  await app.inject(put('/lamps/404', { sku: 12 }))
  for (const url of ['/health', '/ready', '/metrics', '/nowhere', '/elsewhere'])
    await app.inject({ method: 'GET', url })

  assert.deepEqual(await readMetric(metrics, 'http_requests_total'), {
    'method=PUT,route=/lamps/:id,status=200': 2,
    'method=PUT,route=/lamps/:id,status=404': 1,
    'method=GET,route=unknown,status=404': 2,
  })
  assert.deepEqual(await readMetric(metrics, 'http_requests_in_flight'), { '': 0 })
})

test('a fault at http-server strikes by method and route, and is 503', async t => {
  const struck: string[] = []
  const faults: Faults = {
    ...noFaults,
    areActive: () => true,
    strike: async (point: FaultPoint, { target }) => {
      struck.push(`${point} ${target}`)
      throw new FaultError({ scenario: 'lamps-failing', point } as Fault)
    },
  }
  const app = buildLampApp(t, { faults })

  const reply = await app.inject(put('/lamps/11', { sku: 12 }))

  assert.equal(reply.statusCode, 503)
  assert.equal(reply.json().error, 'unavailable')
  assert.deepEqual(struck, ['http-server PUT /lamps/:id'])
})

test('a fault that hangs a request ends with the request: 504, and nothing is left waiting', {
  timeout: 5_000,
}, async t => {
  let released = false
  const faults: Faults = {
    ...noFaults,
    areActive: () => true,
    strike: (point, { signal }) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => {
          released = true
          reject(new FaultError({ scenario: 'lamps-hang', point }))
        })
      }),
  }
  const app = buildLampApp(t, { faults, requestTimeoutMs: 50 })

  const reply = await app.inject(put('/lamps/11', { sku: 12 }))

  assert.equal(reply.statusCode, 504)
  assert.ok(released)
})

test("a service keeps the edge's request id, and the edge takes none from a stranger", async t => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e'
  const idOf = async (options: Partial<HttpAppOptions>, given: string) => {
    const app = buildLampApp(t, options)
    const reply = await app.inject({ ...put('/lamps/404', { sku: 1 }), headers: { 'x-request-id': given } })
    return reply.json().requestId ?? reply.headers['x-request-id']
  }

  assert.equal(await idOf({}, id), id)
  assert.notEqual(await idOf({}, 'not an id'), 'not an id')
  assert.notEqual(await idOf({ isEdge: true }, id), id)
})

test('a HEAD is not a route of its own, and so no event of a journey', async t => {
  const app = buildTestApp(t)
  addRoute(
    app,
    { method: 'GET', path: '/lamps/:id', summary: 'A lamp.', schema: { response: {} } },
    async (_request, reply) => reply.send({}),
  )

  assert.equal((await app.inject({ method: 'HEAD', url: '/lamps/1' })).statusCode, 404)
})
