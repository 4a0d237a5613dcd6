// The running lab as the stack tests see it: its addresses, its stores of telemetry, and the means to stop a part of it.
// The addresses come from the environment that scripts/test-stack.sh sets.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'

const address = (name: string): string => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: run the stack tests with \`make test-stack\`.`)
  return value
}

export const urls = {
  store: address('STORE_URL'),
  prometheus: address('PROMETHEUS_URL'),
  alertmanager: address('ALERTMANAGER_URL'),
  otlp: address('OTLP_URL'),
  inventory: address('INVENTORY_TEST_URL'),
  lab: address('LAB_TEST_URL'),
  loki: address('LOKI_TEST_URL'),
  traces: address('TRACES_TEST_URL'),
} as const

export const tokens = { user: 'user-token-123', admin: 'admin-token-456', test: 'test-token-789' } as const

/** Asks again until `check` stops throwing; rejects with its last error after `withinMs`. */
export async function eventually<T>(
  check: () => Promise<T>,
  { withinMs, everyMs = 250 }: { withinMs: number; everyMs?: number },
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() >= deadline) throw error
      await new Promise(resolve => setTimeout(resolve, everyMs))
    }
  }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the lab answered
  readonly body: any
}

/** One request with a time limit; JSON bodies are read, anything else stays text. */
export async function ask(url: string, init: RequestInit & { json?: unknown; token?: string } = {}): Promise<Answer> {
  const { json, token, ...rest } = init
  const headers = new Headers(rest.headers)
  if (json !== undefined) headers.set('content-type', 'application/json')
  if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  const response = await fetch(url, {
    signal: AbortSignal.timeout(15_000),
    ...rest,
    headers,
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  const isJson = (response.headers.get('content-type') ?? '').includes('json')
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}

/** A request to the store with the traffic's token, which no rate limit holds back. */
export const shop = (path: string, init: Parameters<typeof ask>[1] = {}): Promise<Answer> =>
  ask(urls.store + path, { token: tokens.test, ...init })

/** A trace context of the test's own, so that it can find the trace that its request belongs to. */
export function newTrace(): { traceId: string; traceparent: string } {
  const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')
  const traceId = hex(16)
  return { traceId, traceparent: `00-${traceId}-${hex(8)}-01` }
}

export const newOrder = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  email: `shopper-${crypto.randomUUID()}@example.com`,
  country: 'US',
  items: [{ productId: 11, quantity: 1 }],
  ...overrides,
})

/** Checks out until the card is not declined, which the outside provider does now and then; the declined answers are kept. */
export async function placeOrder(
  overrides: Record<string, unknown> = {},
  headers: () => Record<string, string> = () => ({}),
): Promise<Answer & { declined: number }> {
  for (let declined = 0; declined < 20; declined += 1) {
    const answer = await shop('/api/orders', {
      method: 'POST',
      json: newOrder(overrides),
      headers: { 'idempotency-key': crypto.randomUUID(), ...headers() },
    })
    if (answer.status !== 402) return { ...answer, declined }
  }
  throw new Error('Twenty cards in a row were declined; the provider declines 5 to 12 %.')
}

export interface Sample {
  readonly labels: Record<string, string>
  readonly value: number
}

/** An instant query. Throws with Prometheus' own words when the query is wrong. */
export async function query(promql: string): Promise<readonly Sample[]> {
  const answer = await ask(`${urls.prometheus}/api/v1/query?query=${encodeURIComponent(promql)}`)
  if (answer.body.status !== 'success') throw new Error(`${promql}: ${answer.body.error}`)
  return answer.body.data.result.map((one: { metric: Record<string, string>; value: [number, string] }) => ({
    labels: one.metric,
    value: Number(one.value[1]),
  }))
}

export interface LogLine {
  readonly line: string
  readonly labels: Record<string, string>
}

/** Log lines of the last `minutes`, newest first. */
export async function logs(logql: string, minutes = 15): Promise<readonly LogLine[]> {
  const start = (Date.now() - minutes * 60_000) * 1e6
  const answer = await ask(
    `${urls.loki}/loki/api/v1/query_range?limit=500&start=${start}&query=${encodeURIComponent(logql)}`,
  )
  if (answer.status !== 200) throw new Error(`${logql}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.data.result.flatMap((one: { stream: Record<string, string>; values: [string, string][] }) =>
    one.values.map(([, line]) => ({ line, labels: one.stream })),
  )
}

export interface Span {
  readonly service: string
  readonly name: string
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly spanId: string
  readonly parentSpanId: string
  readonly isError: boolean
  readonly attributes: Record<string, unknown>
}

const kinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const hexOf = (id: string | undefined): string =>
  id === undefined || id === '' ? '' : /^[0-9a-f]{16}$/.test(id) ? id : Buffer.from(id, 'base64').toString('hex')
const kindOf = (kind: string | number | undefined): number =>
  typeof kind === 'number' ? kind : kinds.findIndex(name => `SPAN_KIND_${name.toUpperCase()}` === kind)

type OtlpAttribute = { key: string; value: Record<string, unknown> }
const toRecord = (attributes: readonly OtlpAttribute[] = []): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))

/** A trace as the trace store has it, from Tempo's `GET /api/traces/{id}`; an unknown trace is an empty list. */
export async function trace(traceId: string): Promise<readonly Span[]> {
  const answer = await ask(`${urls.traces}/api/traces/${traceId}`, { headers: { accept: 'application/json' } })
  if (answer.status === 404) return []
  if (answer.status !== 200)
    throw new Error(`The trace store answered ${answer.status}: ${JSON.stringify(answer.body)}`)
  const spans: Span[] = []
  for (const batch of answer.body.batches ?? answer.body.resourceSpans ?? []) {
    const service = String(toRecord(batch.resource?.attributes)['service.name'])
    for (const scope of batch.scopeSpans ?? []) {
      for (const span of scope.spans ?? []) {
        spans.push({
          service,
          name: span.name,
          kind: kindOf(span.kind),
          spanId: hexOf(span.spanId),
          parentSpanId: hexOf(span.parentSpanId),
          isError: span.status?.code === 2 || span.status?.code === 'STATUS_CODE_ERROR',
          attributes: toRecord(span.attributes),
        })
      }
    }
  }
  return spans
}

const run = promisify(execFile)

/** `docker compose` on the test's own project, `env` added to what the project was started with. */
async function composeWith(env: Record<string, string>, ...args: string[]): Promise<string> {
  const files = ['docker-compose.yml', ...(process.env.LAB_COMPOSE_FILES ?? '').split(' ').filter(Boolean)]
  const { stdout } = await run(
    'docker',
    ['compose', '--project-directory', '.', ...files.flatMap(file => ['-f', file]), '--profile', 'stand-in', ...args],
    { timeout: 120_000, maxBuffer: 32 * 1024 * 1024, env: { ...process.env, ...env } },
  )
  return stdout
}

export const compose = (...args: string[]): Promise<string> => composeWith({}, ...args)

export const docker = async (...args: string[]): Promise<string> =>
  (await run('docker', args, { timeout: 30_000, maxBuffer: 32 * 1024 * 1024 })).stdout

/** Stops one service; it is started again when the test ends, or before by the function that is returned. */
export async function stopService(t: TestContext, service: string): Promise<() => Promise<void>> {
  await compose('stop', '--timeout', '20', service)
  let stopped = true
  const start = async () => {
    if (!stopped) return
    stopped = false
    await compose('start', service)
    await isHealthy(service)
  }
  t.after(start)
  return start
}

/** Starts one service again with `env`, and as it was when the test ends; what it keeps in volumes stays. */
export async function recreateService(t: TestContext, service: string, env: Record<string, string>): Promise<void> {
  const start = (env: Record<string, string>) => composeWith(env, 'up', '-d', '--no-deps', '--no-build', service)
  await start(env)
  t.after(() => start({}))
}

/** The next test begins with a lab that answers. */
const isHealthy = (service: string) =>
  eventually(
    async () => {
      const state = (await compose('ps', '--all', '--format', '{{.State}} {{.Health}}', service)).trim()
      assert.match(state, /^running( healthy)?$/, `${service} is ${state}`)
    },
    { withinMs: 60_000, everyMs: 500 },
  )

/** The shoppers buy what a test counts: they hold still until it ends. */
export async function pauseShoppers(t: TestContext): Promise<void> {
  await compose('pause', 'k6')
  t.after(() => compose('unpause', 'k6'))
}
