import assert from 'node:assert/strict'
import { test } from 'node:test'
import { faultKinds, faultPoints } from '@techmart/contracts/faults'
import { UpstreamError } from '@techmart/platform/refusals'
import { buildTestLab } from './build-test-app.ts'
import { delivery, paymentsFailing, paymentsSlow } from './fixtures.ts'

test('a fault that was started is listed and marked until it is ended', async t => {
  const { app, readMetric } = buildTestLab(t)

  const started = await app.inject({ method: 'POST', url: '/lab/faults', body: paymentsFailing })
  const listed = await app.inject('/lab/faults')
  const marked = await readMetric('lab_fault_active')
  const ended = await app.inject({ method: 'DELETE', url: `/lab/faults/${started.json().id}` })
  const again = await app.inject({ method: 'DELETE', url: `/lab/faults/${started.json().id}` })

  assert.equal(started.statusCode, 201)
  assert.deepEqual(listed.json(), { faults: [started.json()] })
  assert.deepEqual(marked, ['lab_fault_active{scenario="payments-failing"} 1'])
  assert.deepEqual([ended.statusCode, again.statusCode], [204, 204])
  assert.deepEqual((await app.inject('/lab/faults')).json(), { faults: [] })
  assert.deepEqual(await readMetric('lab_fault_active'), [])
})

test('a fault is gone when its time is over', async t => {
  const { app, pass } = buildTestLab(t)
  await app.inject({ method: 'POST', url: '/lab/faults', body: paymentsFailing })

  pass(60)

  assert.deepEqual((await app.inject('/lab/faults')).json(), { faults: [] })
})

test('a fault that begins later is listed at once, and marks dashboards from its beginning on', async t => {
  const { app, pass, readMetric } = buildTestLab(t)

  const started = await app.inject({
    method: 'POST',
    url: '/lab/faults',
    body: { ...paymentsFailing, startsAt: '2026-11-20T15:00:30+01:00' },
  })
  const before = await readMetric('lab_fault_active')
  pass(30)

  assert.deepEqual(
    [started.json().startsAt, started.json().endsAt],
    ['2026-11-20T14:00:30.000Z', '2026-11-20T14:01:30.000Z'],
  )
  assert.equal((await app.inject('/lab/faults')).json().faults.length, 1)
  assert.deepEqual(before, [])
  assert.deepEqual(await readMetric('lab_fault_active'), ['lab_fault_active{scenario="payments-failing"} 1'])
})

test('a fault keeps its scope, its reason and its real end', async t => {
  const { app, pass } = buildTestLab(t)
  const scope = {
    country: 'DE',
    header: { name: 'x-chaos', value: 'canary' },
    journey: 'checkout',
    tail: { share: 0.1, latencyMs: 9_000 },
  }

  const started = await app.inject({ method: 'POST', url: '/lab/faults', body: { ...paymentsSlow, ...scope } })
  pass(10)
  await app.inject({ method: 'DELETE', url: `/lab/faults/${started.json().id}` })
  await app.inject({ method: 'POST', url: '/lab/faults', body: paymentsFailing })
  pass(60)

  const { faults } = (await app.inject('/lab/fault-records')).json()
  assert.deepEqual(faults[0], {
    ...started.json(),
    ...scope,
    endedAt: '2026-11-20T14:00:10.000Z',
    endedBy: 'stopped',
  })
  assert.deepEqual(
    [faults[1].reason, faults[1].endedAt, faults[1].endedBy],
    ['A rehearsal.', '2026-11-20T14:01:10.000Z', 'time'],
  )
})

test('all off answers with the empty list', async t => {
  const { app } = buildTestLab(t)
  for (const body of [paymentsFailing, paymentsSlow]) await app.inject({ method: 'POST', url: '/lab/faults', body })

  const response = await app.inject({ method: 'DELETE', url: '/lab/faults' })

  assert.equal(response.statusCode, 200)
  assert.deepEqual(response.json(), { faults: [] })
})

for (const { what, body, field, allowed } of [
  {
    what: 'an unknown kind',
    body: { ...paymentsFailing, kind: 'explode' },
    field: 'body.kind',
    allowed: [...faultKinds],
  },
  {
    what: 'an unknown place',
    body: { ...paymentsFailing, point: 'disk' },
    field: 'body.point',
    allowed: [...faultPoints],
  },
  { what: 'a ratio above one', body: { ...paymentsFailing, ratio: 50 }, field: 'body.ratio' },
  {
    what: 'a missing duration',
    body: { ...paymentsFailing, durationSeconds: undefined },
    field: 'body.durationSeconds',
  },
  { what: 'a delay of an error', body: { ...paymentsFailing, latencyMs: 500 }, field: 'body.latencyMs' },
  { what: 'latency without a delay', body: { ...paymentsSlow, latencyMs: undefined }, field: 'body.latencyMs' },
  {
    what: 'a kind that its place does not have',
    body: { ...paymentsFailing, kind: 'poison' },
    field: 'body.kind',
    allowed: ['error', 'latency', 'hang', 'refuse'],
  },
  {
    what: 'a tail of an error',
    body: { ...paymentsFailing, tail: { share: 0.1, latencyMs: 9 } },
    field: 'body.tail',
  },
  {
    what: 'half a stop',
    body: { ...paymentsFailing, point: 'consumer', kind: 'stop', target: undefined },
    field: 'body.ratio',
  },
  {
    what: 'a burnt CPU of one country',
    body: { ...paymentsFailing, point: 'process', kind: 'cpu-burn', target: undefined, country: 'DE' },
    field: 'body.country',
  },
  {
    what: 'a leak without a bound',
    body: { ...paymentsFailing, point: 'process', kind: 'leak-memory', ratio: 1, target: undefined },
    field: 'body.leak',
  },
  {
    what: 'a process that stands still for a minute',
    body: { ...paymentsSlow, point: 'process', kind: 'block-loop', latencyMs: 60_000 },
    field: 'body.latencyMs',
  },
  {
    what: 'a header of any name',
    body: { ...paymentsFailing, header: { name: 'cookie', value: 'x' } },
    field: 'body.header.name',
  },
  {
    what: 'a beginning next week',
    body: { ...paymentsFailing, startsAt: '2026-11-27T14:00:00Z' },
    field: 'body.startsAt',
  },
  { what: 'an unknown field', body: { ...paymentsFailing, percent: 50 }, field: 'body.percent' },
] as {
  what: string
  body: object
  field: string
  allowed?: string[]
}[]) {
  test(`${what} is refused by the name of its field`, async t => {
    const { app } = buildTestLab(t)

    const response = await app.inject({ method: 'POST', url: '/lab/faults', body })

    assert.equal(response.statusCode, 400)
    assert.equal(response.json().field, field)
    if (allowed) assert.deepEqual(response.json().allowed, allowed)
    assert.deepEqual((await app.inject('/lab/faults')).json(), { faults: [] })
  })
}

test('ending a fault that never was is a 404', async t => {
  const { app } = buildTestLab(t)

  const response = await app.inject({ method: 'DELETE', url: '/lab/faults/6f1d9f4e-3c3e-4d1a-9b8e-2f1d9f4e3c3e' })

  assert.equal(response.statusCode, 404)
  assert.equal(response.json().field, 'params.id')
})

test('the list of active faults stays short', async t => {
  const { app } = buildTestLab(t)

  let last = 0
  for (let n = 0; n <= 50; n++) {
    last = (await app.inject({ method: 'POST', url: '/lab/faults', body: paymentsFailing })).statusCode
  }

  assert.equal(last, 409)
})

test("Alertmanager's deliveries land in the inbox and are counted", async t => {
  const { app, readMetric } = buildTestLab(t)

  for (const body of [delivery('firing'), delivery('resolved'), delivery('firing', 'KafkaDown')]) {
    assert.equal((await app.inject({ method: 'POST', url: '/hooks/alerts', body })).statusCode, 204)
  }

  const page = await app.inject('/lab/inbox?alertname=JourneyBurnsFast')
  assert.deepEqual(
    page.json().entries.map((entry: { id: number; status: string }) => [entry.id, entry.status]),
    [
      [1, 'firing'],
      [2, 'resolved'],
    ],
  )
  assert.equal(page.json().entries[0].labels.cuj_name, 'checkout')
  assert.deepEqual(
    (await app.inject('/lab/inbox?after=2')).json().entries.map((entry: { alertname: string }) => entry.alertname),
    ['KafkaDown'],
  )
  assert.deepEqual(await readMetric('inbox_deliveries_total'), [
    'inbox_deliveries_total{status="firing"} 2',
    'inbox_deliveries_total{status="resolved"} 1',
  ])
})

test("the dead man's switch is kept apart from the inbox", async t => {
  const { app, pass, readMetric } = buildTestLab(t)

  await app.inject({ method: 'POST', url: '/hooks/dead-man', body: delivery('firing', 'Watchdog') })
  pass(3)

  assert.deepEqual((await app.inject('/lab/dead-man')).json(), {
    lastBeatAt: '2026-11-20T14:00:00.000Z',
    ageSeconds: 3,
    beats: 1,
  })
  assert.deepEqual((await app.inject('/lab/inbox')).json(), { entries: [] })
  assert.deepEqual(await readMetric('dead_man_last_beat_timestamp_seconds'), [
    `dead_man_last_beat_timestamp_seconds ${Date.UTC(2026, 10, 20, 14) / 1000}`,
  ])
})

test('a delivery that is none is refused', async t => {
  const { app } = buildTestLab(t)

  const response = await app.inject({ method: 'POST', url: '/hooks/alerts', body: { version: '3' } })

  assert.equal(response.statusCode, 400)
  assert.equal(response.json().error, 'invalid')
})

test('a trace that the store does not have is a 404, a silent store a 503', async t => {
  const silent = () => Promise.reject(new UpstreamError('silence', { kind: 'refused', dependency: 'trace-store' }))
  const url = '/lab/traces/5b8efff798038103d269b633813fc700'

  const missing = await buildTestLab(t).app.inject(url)
  const unavailable = await buildTestLab(t, { traces: { find: silent } }).app.inject(url)
  const wrong = await buildTestLab(t).app.inject('/lab/traces/xyz')

  assert.deepEqual([missing.statusCode, unavailable.statusCode, wrong.statusCode], [404, 503, 400])
})
