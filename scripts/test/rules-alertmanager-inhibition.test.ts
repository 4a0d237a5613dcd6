// What mutes what, by a real Alertmanager with the lab's configuration: what is posted to it, and what it delivers.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Labels, startAlertmanager, waitForDelivery } from './delivery-alertmanager.ts'

/** A ticket waits 10 s for company before it is sent; the rest is for a busy machine. */
const withinMs = 20_000

const burn = {
  critical: { alertname: 'JourneyBurnsFast', burn: 'fast' },
  warning: { alertname: 'JourneyBurnsSlowly', burn: 'slow' },
  ticket: { alertname: 'JourneyBurnsSteadily', burn: 'slow' },
} as const
type Severity = keyof typeof burn
const of = (severity: Severity, cuj_name: string, slo = 'availability'): Labels => ({
  ...burn[severity],
  severity,
  cuj_name,
  slo,
})
const plain = (severity: Severity, alertname: string, labels: Labels = {}): Labels => ({
  alertname,
  severity,
  ...labels,
})
const vanished = (cuj_name: string): Labels => plain('warning', 'JourneyVanished', { cuj_name, slo: 'availability' })

interface Case {
  readonly title: string
  readonly source: Labels
  readonly muted: readonly Labels[]
  /** Each severity among the muted ones is here too: when these have come, the muted ones would have. */
  readonly untouched: readonly Labels[]
}

const cases: readonly Case[] = [
  {
    title: 'a page mutes the warning and the ticket of its own journey and SLO only',
    source: of('critical', 'checkout'),
    muted: [of('warning', 'checkout'), of('ticket', 'checkout')],
    untouched: [
      of('warning', 'checkout', 'latency'),
      of('warning', 'order-lookup'),
      of('ticket', 'product-search'),
      of('critical', 'product-discovery'),
      plain('warning', 'ServiceDown', { job: 'payments' }),
    ],
  },
  {
    title: 'a warning mutes the ticket of its own journey and SLO only',
    source: of('warning', 'checkout', 'latency'),
    muted: [of('ticket', 'checkout', 'latency')],
    untouched: [of('ticket', 'checkout'), of('ticket', 'order-lookup', 'latency')],
  },
  {
    title: 'a warning mutes no page',
    source: of('warning', 'checkout', 'latency'),
    muted: [],
    untouched: [of('critical', 'checkout', 'latency')],
  },
  {
    title: 'a ticket mutes nothing',
    source: of('ticket', 'checkout'),
    muted: [],
    untouched: [of('warning', 'checkout'), of('ticket', 'order-lookup')],
  },
  {
    title: 'failing checkouts mute the page of their payments, not the other way round, and no other journey',
    source: of('critical', 'checkout'),
    muted: [of('critical', 'checkout', 'payment')],
    untouched: [of('critical', 'order-lookup', 'payment'), of('critical', 'checkout', 'latency')],
  },
  {
    title: 'failing payments mute no page of the checkout',
    source: of('critical', 'checkout', 'payment'),
    muted: [],
    untouched: [of('critical', 'checkout')],
  },
  {
    title: 'PostgresDown stays the one page: it mutes every journey and what waits behind the database',
    source: plain('critical', 'PostgresDown'),
    muted: [
      of('critical', 'product-review'),
      of('critical', 'product-discovery', 'latency'),
      of('critical', 'checkout', 'payment'),
      of('warning', 'order-lookup'),
      vanished('product-upload-job'),
      plain('warning', 'OutboxStuck', { service: 'api' }),
      plain('critical', 'WorkerStopped', { topic: 'products.upload.v1', group: 'product-worker' }),
      plain('ticket', 'ServerErrorsOutsideJourneys', { job: 'api' }),
    ],
    untouched: [
      plain('critical', 'CollectorDown', { job: 'otel-collector' }),
      plain('warning', 'ServiceDown', { job: 'payments' }),
      plain('ticket', 'DeadLetters', { topic: 'orders.placed.v1', service: 'notifications' }),
    ],
  },
  {
    title: 'KafkaDown mutes the jobs of uploads and what waits for Kafka, and no journey that goes on without it',
    source: plain('critical', 'KafkaDown'),
    muted: [
      of('critical', 'product-upload-job'),
      of('critical', 'product-upload-job', 'freshness'),
      plain('warning', 'OutboxStuck', { service: 'api' }),
      plain('critical', 'WorkerStopped', { topic: 'orders.placed.v1', group: 'notifications' }),
      plain('warning', 'LagGrowing', { topic: 'products.upload.v1', group: 'product-worker' }),
    ],
    untouched: [of('critical', 'checkout'), of('critical', 'product-upload'), plain('warning', 'CollectorDropping')],
  },
  {
    title:
      'GatewayUnreachable mutes what the journeys say of it, and the missing gateway, and no other missing service',
    source: plain('critical', 'GatewayUnreachable'),
    muted: [
      of('critical', 'checkout'),
      of('critical', 'product-discovery', 'latency'),
      plain('warning', 'ServiceDown', { job: 'gateway' }),
    ],
    untouched: [
      of('critical', 'product-upload-job', 'freshness'),
      plain('warning', 'ServiceDown', { job: 'payments' }),
    ],
  },
  {
    title: 'ServiceDown of the gateway mutes no page: a warning never does',
    source: plain('warning', 'ServiceDown', { job: 'gateway' }),
    muted: [],
    untouched: [of('critical', 'checkout'), of('critical', 'product-discovery', 'latency')],
  },
  {
    title: 'CollectorDown explains that nothing is counted, and that journeys seem to have vanished',
    source: plain('critical', 'CollectorDown', { job: 'otel-collector' }),
    muted: [
      plain('critical', 'JourneysNotCounted'),
      vanished('checkout'),
      plain('warning', 'CollectorQueueFilling', { exporter: 'otlp_http/tempo' }),
    ],
    untouched: [of('critical', 'product-search'), plain('warning', 'ServiceDown', { job: 'lab' })],
  },
  {
    title: 'a stopped worker explains its own growing lag, and no other one',
    source: plain('critical', 'WorkerStopped', { topic: 'orders.placed.v1', group: 'notifications' }),
    muted: [plain('warning', 'LagGrowing', { topic: 'orders.placed.v1', group: 'notifications' })],
    untouched: [
      plain('warning', 'LagGrowing', { topic: 'users.created.v1', group: 'notifications' }),
      plain('warning', 'LagGrowing', { topic: 'products.upload.v1', group: 'product-worker' }),
      of('critical', 'product-upload-job', 'freshness'),
    ],
  },
  {
    title: 'JourneysNotCounted explains journeys that seem to have vanished',
    source: plain('critical', 'JourneysNotCounted'),
    muted: [vanished('checkout'), vanished('order-lookup')],
    untouched: [of('critical', 'product-search'), plain('warning', 'ServiceDown', { job: 'lab' })],
  },
]

describe('what mutes what, by a real Alertmanager', { concurrency: 3 }, () => {
  for (const { title, source, muted, untouched } of cases) {
    test(title, async t => {
      for (const { severity } of muted) assert.ok(untouched.some(other => other.severity === severity))
      const alertmanager = await startAlertmanager(t)
      // A cause fires some seconds before what it explains.
      await alertmanager.post({ labels: source })
      await waitForDelivery(alertmanager, source, { withinMs })

      await alertmanager.post(...muted.map(labels => ({ labels })))
      await alertmanager.post(...untouched.map(labels => ({ labels })))

      for (const labels of untouched) await waitForDelivery(alertmanager, labels, { withinMs })
      const names = alertmanager.delivered.map(({ labels }) => JSON.stringify(labels))
      for (const labels of muted) {
        assert.deepEqual(await alertmanager.findMuting(labels), [source], `${JSON.stringify(labels)} is not muted`)
        assert.ok(!names.includes(JSON.stringify(labels)), `${JSON.stringify(labels)} was delivered`)
      }
      for (const labels of untouched) assert.deepEqual(await alertmanager.findMuting(labels), [])
    })
  }

  test('a page, its warning and its ticket that fire in one moment are one delivery', async t => {
    const alertmanager = await startAlertmanager(t)
    const page = of('critical', 'checkout')
    const later = of('ticket', 'order-lookup')

    await alertmanager.post(
      { labels: of('ticket', 'checkout') },
      { labels: of('warning', 'checkout') },
      { labels: page },
      { labels: later },
    )

    await waitForDelivery(alertmanager, later, { withinMs })
    assert.deepEqual(
      alertmanager.delivered.map(({ labels }) => labels),
      [page, later],
    )
  })

  test('what a cause muted is told once the cause is gone, if it still fires', async t => {
    const alertmanager = await startAlertmanager(t)
    const [cause, page] = [plain('critical', 'PostgresDown'), of('critical', 'checkout')]
    await alertmanager.post({ labels: cause })
    await waitForDelivery(alertmanager, cause, { withinMs })
    await alertmanager.post({ labels: page })
    assert.deepEqual(await alertmanager.findMuting(page), [cause])

    await alertmanager.post({ labels: cause, endsAt: new Date() })

    const told = await waitForDelivery(alertmanager, page, { withinMs })
    const resolved = await waitForDelivery(alertmanager, cause, { withinMs, status: 'resolved' })
    assert.ok(told.atMs - resolved.atMs < 10_000)
    assert.equal(alertmanager.delivered.filter(({ labels }) => labels.alertname === 'JourneyBurnsFast').length, 1)
  })

  test("the dead man's switch beats on, whatever else is down", async t => {
    const alertmanager = await startAlertmanager(t)
    const watchdog = { alertname: 'Watchdog', severity: 'none' }
    await alertmanager.post(
      { labels: plain('critical', 'PostgresDown') },
      { labels: plain('critical', 'CollectorDown') },
    )

    await alertmanager.post({ labels: watchdog })

    const beat = await waitForDelivery(alertmanager, watchdog, { withinMs })
    assert.equal(beat.receiver, 'dead-man')
  })
})
