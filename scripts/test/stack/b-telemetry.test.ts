// Every service × every signal, one trace a checkout, and nothing in it that a stranger or a customer put there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ask, eventually, logs, newOrder, newTrace, placeOrder, query, type Span, shop, trace, urls } from './lab.ts'

// Which service gives which signal: adding a service is adding a line. outside-world belongs to somebody else and gives none.
const signals: Record<string, { spans: boolean; logs: boolean; scraped: boolean; pushed: boolean }> = {
  gateway: { spans: true, logs: true, scraped: true, pushed: true },
  api: { spans: true, logs: true, scraped: true, pushed: true },
  inventory: { spans: true, logs: true, scraped: true, pushed: true },
  payments: { spans: true, logs: true, scraped: true, pushed: true },
  users: { spans: true, logs: true, scraped: true, pushed: true },
  notifications: { spans: true, logs: true, scraped: true, pushed: true },
  'product-worker': { spans: true, logs: true, scraped: true, pushed: true },
  lab: { spans: true, logs: true, scraped: true, pushed: true },
  'outside-world': { spans: false, logs: false, scraped: false, pushed: false },
}

const within = { withinMs: 60_000 }

for (const [service, gives] of Object.entries(signals)) {
  test(`${service} gives ${
    Object.entries(gives)
      .filter(([, on]) => on)
      .map(([name]) => name)
      .join(', ') || 'no telemetry'
  }`, async () => {
    const counts = {
      spans: () => query(`techmart_calls_total{service_name="${service}"}`).then(found => found.length),
      logs: () => logs(`{service_name="${service}"}`).then(found => found.length),
      scraped: () => query(`up{service="${service}"} == 1`).then(found => found.length),
      pushed: () =>
        query(`{__name__=~"http_(server|client)_request_duration_seconds_count", job=~".*${service}"}`).then(
          found => found.length,
        ),
    }

    for (const [signal, count] of Object.entries(counts)) {
      if (gives[signal as keyof typeof gives]) {
        await eventually(async () => assert.ok((await count()) > 0, `no ${signal} of ${service}`), within)
      } else if (signal !== 'logs') {
        assert.equal(await count(), 0, `${service} must not give ${signal}`)
      }
    }
  })
}

// Which span is the parent of which, by service and what its name begins with.
const checkoutEdges: ReadonlyArray<readonly [parent: readonly [string, RegExp], child: readonly [string, RegExp]]> = [
  [
    ['gateway', /^POST/],
    ['gateway', /^POST/],
  ],
  [
    ['gateway', /^POST/],
    ['api', /^POST \/api\/orders$/],
  ],
  [
    ['api', /^POST \/api\/orders$/],
    ['api', /^cuj\.checkout$/],
  ],
  [
    ['api', /^POST/],
    ['users', /^POST \/customers\/look-up$/],
  ],
  [
    ['api', /^POST/],
    ['inventory', /^POST \/reservations$/],
  ],
  [
    ['api', /^POST/],
    ['payments', /^POST \/charges$/],
  ],
  [
    ['payments', /^POST \/charges$/],
    ['payments', /^POST$/],
  ],
  [
    ['api', /^send orders\.placed\.v1$/],
    ['notifications', /^process orders\.placed\.v1$/],
  ],
  [
    ['api', /^send orders\.placed\.v1$/],
    ['users', /^process orders\.placed\.v1$/],
  ],
]

const matches = (span: Span, [service, name]: readonly [string, RegExp]) =>
  span.service === service && name.test(span.name)

const describe = (spans: readonly Span[]) =>
  spans
    .map(span => `${span.service}: ${span.name}`)
    .sort()
    .join('\n')

test('one checkout is one trace from the gateway to SQL and across Kafka, and every span carries cuj.name', async () => {
  let mine = newTrace()
  const placed = await placeOrder({}, () => {
    mine = newTrace()
    return { traceparent: mine.traceparent }
  })
  assert.equal(placed.status, 201)

  // Each service sends its spans in its own time.
  const spans = await eventually(
    async () => {
      const found = await trace(mine.traceId)
      const byId = new Map(found.map(span => [span.spanId, span]))
      const hasEdge = ([parent, child]: (typeof checkoutEdges)[number]) =>
        found.some(span => {
          const above = byId.get(span.parentSpanId)
          return matches(span, child) && above !== undefined && matches(above, parent)
        })
      const missing = checkoutEdges
        .filter(edge => !hasEdge(edge))
        .map(edge => edge.map(end => end.join(' ')).join(' → '))
      assert.deepEqual(missing, [], `edges are missing in\n${describe(found)}`)
      return found
    },
    { withinMs: 45_000 },
  )

  assert.deepEqual(
    spans.filter(span => span.attributes['cuj.name'] !== 'checkout').map(span => `${span.service}: ${span.name}`),
    [],
  )
  assert.equal(spans.filter(span => span.name === 'cuj.checkout').length, 1)
  assert.ok(
    spans.some(span => span.attributes['db.system.name'] === 'postgresql'),
    'SQL is part of the trace',
  )
})

test('the log lines of a checkout are found by its trace id, in every service that took part', async () => {
  let mine = newTrace()
  const placed = await placeOrder({}, () => {
    mine = newTrace()
    return { traceparent: mine.traceparent }
  })
  assert.equal(placed.status, 201)

  await eventually(async () => {
    const lines = await logs(`{service_namespace="techmart"} | trace_id="${mine.traceId}"`)
    const services = new Set(lines.map(line => line.labels.service_name))
    for (const service of ['api', 'payments', 'notifications'])
      assert.ok(services.has(service), `no log line of ${service}`)
  }, within)
})

test("a stranger's baggage is dropped, and an unsampled traceparent does not hide a request", async () => {
  const { traceId, traceparent } = newTrace()
  const evil = `evil-${crypto.randomUUID().slice(0, 8)}`

  await shop('/api/products/11', {
    headers: {
      baggage: `cuj.name=${evil}`,
      traceparent: traceparent.replace(/-01$/, '-00'),
      'x-techmart-role': 'admin',
    },
  })

  const spans = await eventually(
    async () => {
      const found = await trace(traceId)
      assert.ok(
        found.some(span => span.name === 'cuj.product-discovery'),
        describe(found),
      )
      return found
    },
    { withinMs: 45_000 },
  )
  assert.deepEqual([...new Set(spans.map(span => span.attributes['cuj.name']))], ['product-discovery'])
  assert.deepEqual(await query(`techmart_calls_total{cuj_name="${evil}"}`), [])
})

test('a role that a stranger claims in a header is not believed', async () => {
  const placed = await placeOrder()

  const answer = await ask(`${urls.store}/api/orders/${placed.body.order.id}`, {
    headers: { 'x-techmart-role': 'admin' },
  })

  assert.equal(answer.status, 403)
})

test("a refusal spends no error budget: the journey's span is OK and names the outcome", async () => {
  const { traceId, traceparent } = newTrace()
  await shop('/api/orders', { method: 'POST', json: newOrder({ gift: true }), headers: { traceparent } })

  await eventually(
    async () => {
      const journey = (await trace(traceId)).find(span => span.name === 'cuj.checkout')
      assert.equal(journey?.attributes['cuj.outcome'], 'invalid')
      assert.equal(journey?.isError, false)
    },
    { withinMs: 45_000 },
  )
})

test('an exemplar of the latency histogram leads to a stored trace', async () => {
  await eventually(async () => {
    const end = Date.now() / 1000
    const answer = await ask(
      `${urls.prometheus}/api/v1/query_exemplars?start=${end - 300}&end=${end}&query=${encodeURIComponent('techmart_duration_milliseconds_bucket{span_name="cuj.checkout"}')}`,
    )
    const exemplars = answer.body.data.flatMap(
      (series: { exemplars: { labels: Record<string, string> }[] }) => series.exemplars,
    )
    const traceId = exemplars.at(-1)?.labels.trace_id
    assert.ok(traceId, 'no exemplar')
    assert.ok((await trace(traceId)).length > 0, `trace ${traceId} is not stored`)
  }, within)
})

test('the service graph has the edges between services, to the databases and across Kafka', async () => {
  const edges = [
    'gateway→api',
    'gateway→users',
    'api→users',
    'users→notifications',
    'users→postgresql/users',
    'api→inventory',
    'api→payments',
    'payments→outside-world',
    'api→notifications',
    'api→product-worker',
    'product-worker→postgresql/api',
    'api→postgresql/api',
    'inventory→postgresql/inventory',
  ]
  await eventually(async () => {
    const found = new Set(
      (await query('traces_service_graph_request_total')).map(({ labels }) => `${labels.client}→${labels.server}`),
    )
    for (const edge of edges) assert.ok(found.has(edge), `no edge ${edge} in ${[...found].join(', ')}`)
  }, within)
})

test('the metrics that requirements name exist, each with its labels', async () => {
  const wanted: Record<string, readonly string[]> = {
    gateway_requests_total: ['service'],
    users_created_total: ['country'],
    users_by_segment: ['segment'],
    orders_created_total: ['country', 'segment'],
    order_value_count: ['country'],
    notifications_sent_total: [],
    notification_processing_duration_ms_count: [],
    http_requests_total: ['method', 'route', 'status'],
    http_request_duration_seconds_count: ['method', 'route', 'status'],
    payments_total: ['country', 'outcome'],
    funnel_events_total: ['step', 'country', 'segment'],
    circuit_breaker_state: ['dependency'],
    dependency_up: ['dependency'],
    http_requests_in_flight: ['service'],
    kafka_consumer_lag: ['topic', 'group'],
    upload_job_oldest_unfinished_seconds: ['service'],
    upload_rows_written_total: ['outcome'],
    techmart_calls_total: [
      'service_name',
      'span_name',
      'span_kind',
      'status_code',
      'cuj_name',
      'http_route',
      'http_request_method',
      'http_response_status_code',
    ],
    techmart_duration_milliseconds_bucket: ['service_name', 'span_name', 'le'],
  }
  for (const [name, labels] of Object.entries(wanted)) {
    await eventually(async () => {
      const samples = await query(name)
      assert.ok(samples.length > 0, `no ${name}`)
      for (const label of labels)
        assert.ok(
          samples.some(sample => sample.labels[label] !== undefined),
          `${name} has no label ${label}`,
        )
    }, within)
  }
})

test('no span metric carries the name of one replica', async () => {
  for (const { labels } of await query('techmart_calls_total')) assert.equal(labels.instance, undefined)
})

test("containers that speak no OTLP have their output in Loki, and our own services' lines are there once", async () => {
  const mark = crypto.randomUUID()
  await shop(`/api/products/11?mark=${mark}`)
  await eventually(
    async () =>
      assert.ok(
        (await logs('{service_name=~".*(postgres|kafka|prometheus).*"}', 60)).length > 0,
        'no container output',
      ),
    within,
  )

  const lines = await logs('{service_name="api"} | trace_id != ""', 5)
  const seen = new Map<string, number>()
  for (const { line, labels } of lines) {
    const key = `${labels.trace_id} ${labels.span_id} ${line}`
    seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  assert.ok(lines.length > 0)
  assert.deepEqual([...seen].filter(([, count]) => count > 1).slice(0, 3), [])
})
