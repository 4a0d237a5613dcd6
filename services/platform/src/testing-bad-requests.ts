// Wrong requests of a route, made from its schemas and its example: each is right but for one thing. What a service answers to
// them is a refusal that names the field, and nothing is written.
import assert from 'node:assert/strict'
import { errorCodes } from '@techmart/contracts/errors'
import { identityHeaders } from '@techmart/contracts/identity'
import { pathOf, type RouteContract } from '@techmart/contracts/route'
import { exampleOf, type RouteExample } from '@techmart/contracts/route-examples'
import type { HttpApp } from './http-app.ts'
import { badValuesOf, ownBadValues, type Schema } from './testing-bad-values.ts'

export interface BadRequest {
  /** `POST /api/orders: maximum of body.items.0.quantity`. */
  readonly what: string
  readonly method: string
  /** Path and query, as it is sent. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** The field that the answer must name; undefined where it is enough that it names one. */
  readonly field: string | undefined
  readonly statuses: readonly number[]
}

export interface Answered {
  readonly status: number
  readonly text: string
}

/** Throws unless the answer is a refusal in our one shape that names the field. */
export function checkRefusal(request: BadRequest, { status, text }: Answered): void {
  const said = `${request.what} → ${status} ${text.slice(0, 300)}`
  assert.ok(request.statuses.includes(status), said)
  const body = JSON.parse(text)
  assert.ok(errorCodes.includes(body.error), said)
  assert.ok(typeof body.message === 'string' && body.message.length > 0, said)
  assert.equal(typeof body.requestId, 'string', said)
  assert.equal(typeof body.field, 'string', said)
  if (request.field !== undefined) assert.equal(body.field, request.field, said)
}

/** Sends every wrong request of the route to an app without a network, as the admin, whom no right keeps from the schemas. */
export async function checkRefusals(app: Pick<HttpApp, 'inject'>, route: RouteContract): Promise<void> {
  for (const bad of badRequestsOf(route)) {
    const { url, headers, body } = bad
    const reply = await app.inject({
      method: route.method,
      url,
      headers: { ...headers, [identityHeaders.role]: 'admin' },
      ...(body === undefined ? {} : { body }),
    })
    checkRefusal(bad, { status: reply.statusCode, text: reply.body })
  }
}

export function badRequestsOf(route: RouteContract): BadRequest[] {
  const right = exampleOf(route)
  return [
    ...badBodies(route, right),
    ...badQueries(route, right),
    ...badParams(route, right),
    ...badHeaders(route, right),
  ]
}

type Parts = Partial<Pick<BadRequest, 'body' | 'statuses'>> & {
  readonly example?: RouteExample
  readonly path?: string
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
}

function request(route: RouteContract, what: string, field: string | undefined, parts: Parts): BadRequest {
  const example = parts.example ?? exampleOf(route)
  const path = parts.path ?? pathOf(route, example.params)
  const query = parts.query ?? toQuery(example.query ?? {})
  const hasBody = route.schema.body !== undefined
  const body = 'body' in parts ? parts.body : hasBody ? JSON.stringify(example.body) : undefined
  const type: Record<string, string> = hasBody ? { 'content-type': 'application/json' } : {}
  return {
    what: `${route.method} ${route.path}: ${what}`,
    method: route.method,
    url: query === '' ? path : `${path}?${query}`,
    headers: { ...type, ...example.headers, ...parts.headers },
    body,
    field,
    statuses: parts.statuses ?? [400],
  }
}

const toQuery = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .flatMap(([name, value]) => [value].flat().map(one => `${name}=${encodeURIComponent(String(one))}`))
    .join('&')

/** Nobody knows whether what is nested in the first field or the field itself is meant. */
const nested = `${'['.repeat(2_000)}${']'.repeat(2_000)}`

function badBodies(route: RouteContract, right: RouteExample): BadRequest[] {
  const { body } = route.schema
  if (body === undefined) return []
  const limit = route.bodyLimitBytes
  const text = JSON.stringify(right.body)
  const broken = [
    '',
    '{',
    `${text}}`,
    text.slice(0, -1),
    `{${text}`,
    "{'a':1}",
    'undefined',
    '\u0000',
    '{"__proto__":{"a":1}}',
  ]
  const types = ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data', 'json']
  return [
    ...badValuesOf(body as Schema, right.body).map(({ what, value, place }) =>
      request(route, what, place === '' ? 'body' : `body.${place}`, { body: toJson(value) }),
    ),
    ...broken.map(one => request(route, `broken JSON ${one.slice(0, 20)}`, 'body', { body: one })),
    request(route, 'deeply nested arrays', 'body', { body: nested }),
    ...types.map(type =>
      request(route, `content-type ${type}`, 'headers.content-type', {
        headers: { 'content-type': type },
        statuses: [415],
      }),
    ),
    ...(limit === undefined
      ? []
      : [request(route, 'a body beyond its limit', 'body', { body: ' '.repeat(limit + 1) + text, statuses: [413] })]),
  ]
}

/** JSON has no way to say 1.8e308 but in digits, and those are read as a number without end. */
const toJson = (value: unknown): string => JSON.stringify(value).replaceAll('1.7976931348623157e+308', '1e999')

function badQueries(route: RouteContract, right: RouteExample): BadRequest[] {
  const { properties = {}, required = [] } = (route.schema.querystring ?? {}) as Schema
  if (route.schema.querystring === undefined) return []
  const whole = toQuery(right.query ?? {})
  const without = (name: string) =>
    toQuery(Object.fromEntries(Object.entries(right.query ?? {}).filter(([key]) => key !== name)))
  const join = (...parts: string[]) => parts.filter(Boolean).join('&')
  return [
    ...required.map(name => request(route, `required query.${name}`, `query.${name}`, { query: without(name) })),
    ...['surprise=1', 'cuj.name=checkout', 'page[]=1', '%00=1', '__proto__=1'].map(one =>
      request(route, `unknown ${one}`, undefined, { query: join(whole, one) }),
    ),
    ...Object.entries(properties).flatMap(([name, schema]) =>
      badTexts(schema).map(({ what, text }) =>
        request(route, `${what} of query.${name}`, schema.items ? undefined : `query.${name}`, {
          query: join(without(name), `${name}=${text}`),
        }),
      ),
    ),
    ...Object.entries(properties).flatMap(([name, schema]) =>
      schema.items
        ? [
            request(route, `too many of query.${name}`, `query.${name}`, {
              query: join(
                without(name),
                Array.from({ length: (schema.maxItems ?? 100) + 1 }, () => `${name}=1`).join('&'),
              ),
            }),
          ]
        : [
            request(route, `query.${name} twice`, `query.${name}`, {
              query: join(without(name), `${name}=1&${name}=2`),
            }),
          ],
    ),
  ]
}

/** Texts in a URL, as they are sent, that are no right value of the schema. */
function badTexts(schema: Schema): { what: string; text: string }[] {
  const one = schema.items ?? schema
  const kind = one.type ?? 'enum'
  const numbers = [
    '',
    'eleven',
    '1.5',
    '1e999',
    'NaN',
    'Infinity',
    '--1',
    '1,2',
    '%00',
    '1%00',
    '%F0%9F%92%A9',
    '9'.repeat(40),
  ]
  const odd = kind === 'integer' || kind === 'number' ? numbers : kind === 'boolean' ? ['', 'yes', '2', '%00'] : []
  return [
    // Converted, an empty text is 0 to a number, and false to a yes or no.
    ...odd.filter(text => text !== '' || (one.minimum ?? 0) > 0).map(text => ({ what: `text ${text}`, text })),
    // A URL has no way to say half a sign.
    ...ownBadValues(one)
      .filter(({ value }) => String(value).isWellFormed())
      .map(({ what, value }) => ({ what, text: encodeURIComponent(String(value)) })),
  ]
}

function badParams(route: RouteContract, right: RouteExample): BadRequest[] {
  const { properties = {} } = (route.schema.params ?? {}) as Schema
  return Object.entries(properties).flatMap(([name, schema]) => {
    const at = (text: string) => route.path.replace(`:${name}`, text)
    const texts = badTexts(schema).filter(({ text }) => text !== '' && !/^(%2e|\.)/i.test(text))
    return [
      ...texts.map(({ what, text }) =>
        request(route, `${what} of params.${name}`, `params.${name}`, { example: right, path: at(text) }),
      ),
      ...['%', '%ZZ', '%E0%A4%A', '%C0%80'].map(text =>
        request(route, `broken encoding ${text} of params.${name}`, 'url', { path: at(text) }),
      ),
      request(route, `an endless params.${name}`, 'url', { path: at('1'.repeat(500)), statuses: [404, 414] }),
    ]
  })
}

/** HTTP carries other texts in no header: they are answered before there is a field to name (http-unroutable.ts). */
const isCarried = (text: string): boolean => /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(text)

function badHeaders(route: RouteContract, right: RouteExample): BadRequest[] {
  const { properties = {} } = (route.schema.headers ?? {}) as Schema
  return Object.entries(properties).flatMap(([name, schema]) =>
    ownBadValues(schema)
      .filter(({ value }) => isCarried(String(value)))
      .map(({ what, value }) =>
        request(route, `${what} of headers.${name}`, `headers.${name}`, {
          headers: { ...right.headers, [name]: String(value) },
        }),
      ),
  )
}
