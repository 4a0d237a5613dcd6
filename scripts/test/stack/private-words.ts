// Words that must not be found in anybody's telemetry, and every place where one could leave them. Beside them goes a marker that
// is nobody's secret: what finds it where it may be would find the others too.
import kafkajs from 'kafkajs'
import postgres from 'postgres'
import { ask, newTrace, tokens, urls } from './lab.ts'

const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
const digits = (count: number) => Array.from(crypto.getRandomValues(new Uint8Array(count)), byte => byte % 10).join('')

export interface PrivateWords {
  readonly email: string
  readonly card: string
  /** As it is printed on the card. */
  readonly spacedCard: string
  /** Of the form that the lab's own tokens have. */
  readonly token: string
  /** Of no form at all: nothing but the place where it stands says what it is. */
  readonly opaqueToken: string
  /** Harmless, and posted along. */
  readonly marker: string
}

export function makePrivateWords(): PrivateWords {
  const card = `4${digits(15)}`
  return {
    email: `hidden-${hex(4)}@example.com`,
    card,
    spacedCard: card.replace(/(\d{4})(?=\d)/g, '$1 '),
    token: `user-token-${hex(4)}`,
    opaqueToken: `tk${hex(12)}`,
    marker: `marker-${hex(4)}`,
  }
}

/** What to look for: the part of each word that is left however the rest of it is written. */
export const needlesOf = (words: PrivateWords): readonly string[] => [
  words.email.split('@')[0] as string,
  words.card,
  words.spacedCard,
  words.spacedCard.replaceAll(' ', '-'),
  words.spacedCard.replaceAll(' ', '%20'),
  words.token,
  words.opaqueToken,
]

export interface Posted {
  /** One a request: what each answered, and the trace it belongs to. */
  readonly requests: readonly { readonly what: string; readonly status: number; readonly traceId: string }[]
}

type Init = Parameters<typeof ask>[1] & { readonly headers?: Record<string, string> }

/** Sends them by HTTP in bodies, queries, headers and paths, right and wrong ones. */
export async function postEverywhere(words: PrivateWords): Promise<Posted> {
  const { email, card, spacedCard, token, opaqueToken, marker } = words
  const all = `${email} ${card} ${spacedCard} ${token}`
  const coded = encodeURIComponent
  const requests: { what: string; status: number; traceId: string }[] = []
  const send = async (what: string, path: string, init: Init = {}) => {
    const { traceId, traceparent } = newTrace()
    const headers = { 'user-agent': `privacy ${marker} ${all}`, traceparent, ...init.headers }
    const asTest = 'authorization' in headers ? {} : { token: tokens.test }
    const answer = await ask(urls.store + path, { ...asTest, ...init, headers })
    requests.push({ what, status: answer.status, traceId })
    return answer
  }
  const post = (what: string, path: string, json: unknown, init: Init = {}) =>
    send(what, path, { method: 'POST', json, ...init })
  const order = { email, country: 'US', items: [{ productId: 11, quantity: 1 }] }

  // As a customer would: the first one is meant to succeed.
  const key = () => ({ 'idempotency-key': crypto.randomUUID() })
  for (let tried = 0; tried < 10; tried++) {
    if ((await post('an order', '/api/orders', order, { headers: key() })).status !== 402) break
  }
  await send('an order history', `/api/orders?email=${coded(email)}`)
  const review = { rating: 5, title: card, text: `${all} ${opaqueToken}`, author: token, email }
  await post('a review', '/api/products/12/reviews', review)
  await send('reviews', '/api/products/12/reviews')
  const signUp = await post('a sign-up', '/api/users', { email, name: `${token} ${card}`, country: 'DE' })
  await post('a second sign-up', '/api/users', { email: email.toUpperCase(), name: opaqueToken, country: 'DE' })
  if (signUp.status === 201) {
    const path = `/api/users/${signUp.body.id}`
    await send('a new name', path, { method: 'PATCH', json: { name: all }, token: tokens.admin })
    await send('a customer forgotten', path, { method: 'DELETE', token: tokens.admin })
  }
  const row = { sku: 'PRIVACY-1', name: all, description: opaqueToken, category: 'Garden', priceCents: 130 }
  const wrongRows = [{ ...row, sku: email }, { ...row, priceCents: card }, { [email]: card }, all]
  await post('an upload', '/api/admin/upload-products', { products: [row, ...wrongRows] })

  // Bodies that are refused, some of which the answer echoes.
  await post('wrong values', '/api/orders', { ...order, email: card, country: email })
  await post('an unknown field', '/api/orders', { ...order, [email]: card })
  await post('a wrong code', '/api/orders', { ...order, promotionCode: card }, { headers: key() })
  await post('a code of wrong shape', '/api/orders', { ...order, promotionCode: email })
  await post('a text', '/api/orders', all)
  const text = { 'content-type': 'application/json' }
  await send('no JSON', '/api/orders', { method: 'POST', body: `{"email": ${all}`, headers: text })
  await send('another type', '/api/orders', { method: 'POST', body: all, headers: { 'content-type': 'text/plain' } })
  await post('a body too large', '/api/orders', { ...order, note: all.repeat(500) })
  const event = { name: 'view', productId: 11, country: 'US', segment: 'new' }
  await post('events', '/api/events', { events: [{ ...event, country: email, segment: token }] })
  await post('odd events', '/api/events', {
    events: [{ ...event, name: email, metric: card, value: token, [card]: all }],
  })
  await post('an odd error of a page', '/api/events', { events: [{ name: 'error', message: all, metric: card }] })
  await post('an error of a page', '/api/events', {
    events: [
      { name: 'error', message: all, stack: `at ${all} (http://localhost:8080/orders?token=${opaqueToken})` },
      { name: 'page_load', durationMs: 130, page: `/orders/${opaqueToken}` },
      { name: 'web_vital', metric: 'LCP', value: 130, page: `/${card}/${token}` },
    ],
  })

  // Queries.
  await send('a search', `/api/products/search?q=${coded(`${email} ${card}`)}`)
  await send('a search of a token', `/api/products/search?q=${opaqueToken}&category=${coded(spacedCard)}`)
  await send('an unknown query', `/api/products?${coded(email)}=${card}&token=${opaqueToken}`)
  await send('a bare query', `/api/products?${card}&${opaqueToken}&${coded(email)}`)
  await send('a wrong query', `/api/orders?email=${card}&page=${coded(email)}`)
  await send('a quote', `/api/shipping-quotes?country=${coded(email)}&pieces=${card}`)

  // Paths.
  for (const word of [email, card, coded(spacedCard), token, opaqueToken]) {
    for (const parent of ['products', 'orders', 'users', 'promotions', 'inventory', 'admin/jobs']) {
      await send(`a path of ${parent}`, `/api/${parent}/${word}`)
    }
    for (const path of [`/nowhere/${word}`, `/runbooks/${word}`, `/lab/traces/${word}`]) await send('a path', path)
    await send('a path to delete', `/lab/faults/${word}`, { method: 'DELETE' })
  }

  // Headers. The wrong tokens are the ones that nobody knows.
  const bearer = (value: string) => ({ headers: { authorization: value } })
  await send('a wrong token', '/api/orders', bearer(`Bearer ${opaqueToken}`))
  await send('a token of the right form', '/api/orders', bearer(`Bearer ${token}`))
  await send('a password', '/api/orders', bearer(`Basic ${Buffer.from(`${email}:${card}`).toString('base64')}`))
  await send('headers', '/api/products/11', {
    headers: {
      cookie: `techmart_session=${opaqueToken}; card=${card}`,
      referer: `http://localhost:8080/?email=${coded(email)}&token=${opaqueToken}`,
      'x-forwarded-for': card,
      'x-request-id': email,
      'x-techmart-customer': email,
      'order-key': opaqueToken,
      baggage: `cuj.name=${opaqueToken},card=${card}`,
      tracestate: `vendor=${card}`,
    },
  })
  await send('keys', `/api/orders/${crypto.randomUUID()}`, { headers: { 'order-key': `${opaqueToken}${card}` } })
  for (const value of [email, card, opaqueToken])
    await post(
      'an idempotency key',
      '/api/orders',
      { ...order, country: 'XX' },
      { headers: { 'idempotency-key': value } },
    )
  return { requests }
}

/**
 * A fault that strikes nobody, its reason full of what it should not hold; its scenario, a label value, is the marker. It ends by
 * itself.
 */
export const startMarkedFault = (words: PrivateWords) =>
  ask(`${urls.store}/lab/faults`, {
    method: 'POST',
    json: {
      scenario: words.marker,
      service: 'lab',
      point: 'database',
      kind: 'error',
      ratio: 0.01,
      target: `nothing for ${words.email}`,
      reason: `${words.marker} ${words.email} ${words.card} ${words.token}`,
      durationSeconds: 120,
    },
  })

/** Statements with their values apart, as our services send them: one that is slow, and one that breaks a constraint. */
export async function runStatements({ email, card, opaqueToken, marker }: PrivateWords): Promise<void> {
  const sql = postgres(process.env.POSTGRES_TEST_URL as string, { max: 1, onnotice: () => {} })
  const named = sql.unsafe(`/* ${marker} slow */ SELECT pg_sleep(0.8), $1::text, $2::text`, [email, card])
  try {
    await named
    await sql.unsafe('CREATE TEMPORARY TABLE known (word text PRIMARY KEY)')
    for (let times = 0; times < 2; times++) {
      const broken = sql.unsafe(`/* ${marker} broken */ INSERT INTO known VALUES ($1)`, [`${email} ${opaqueToken}`])
      await broken.catch(() => {})
    }
  } finally {
    await sql.end()
  }
}

/** Messages that no consumer can read, each with a trace of its own, which its dead letter goes on with. */
export async function sendPoison(words: PrivateWords, topics: readonly string[]): Promise<readonly string[]> {
  const { Kafka, logLevel } = kafkajs
  const client = new Kafka({ brokers: [process.env.KAFKA_TEST_BROKERS as string], logLevel: logLevel.NOTHING })
  const producer = client.producer()
  await producer.connect()
  const traces = topics.map(topic => ({ topic, ...newTrace() }))
  for (const { topic, traceparent } of traces) {
    const value = JSON.stringify({ email: words.email, card: words.card, note: words.opaqueToken })
    const headers = { traceparent, 'x-customer': words.email, authorization: `Bearer ${words.opaqueToken}` }
    await producer.send({ topic, messages: [{ key: crypto.randomUUID(), value, headers }] })
  }
  await producer.disconnect()
  return traces.map(({ traceId }) => traceId)
}
