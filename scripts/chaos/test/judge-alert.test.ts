import assert from 'node:assert/strict'
import { test } from 'node:test'
import { highestOf, judgeDelivered, judgeFiring } from '../judge-alert.ts'
import { alertOf, pageOf } from '../scenario.ts'
import { apiDead } from '../scenarios/api-dead.ts'
import { collectorStopped } from '../scenarios/collector-stopped.ts'
import { kafkaStopped } from '../scenarios/kafka-stopped.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'

const burn = (alertname: string, cuj_name: string, severity: string, slo = 'availability') => ({
  alertname,
  cuj_name,
  slo,
  severity,
})

test('a promised alert is told by its labels, whatever else it carries', () => {
  const labels = { ...burn('JourneyBurnsFast', 'checkout', 'critical'), burn: 'fast' }

  assert.equal(judgeFiring(paymentsFailing, labels, []).kind, 'promised')
})

test('lower tiers of the same journey and SLO are company; another SLO or journey is extra', () => {
  const kindOf = (labels: Record<string, string>) => judgeFiring(paymentsFailing, labels, []).kind

  assert.equal(kindOf(burn('JourneyBurnsSlowly', 'checkout', 'warning')), 'company')
  assert.equal(kindOf(burn('JourneyBurnsFast', 'checkout', 'critical', 'latency')), 'extra')
  assert.equal(kindOf(burn('JourneyBurnsFast', 'order-history', 'critical')), 'extra')
  assert.equal(kindOf({ alertname: 'KafkaDown', severity: 'critical' }), 'extra')
})

test('a higher severity of the same journey and SLO than was promised is extra', () => {
  const warned = { ...paymentsFailing, mustFire: [{ ...pageOf('checkout', 'availability', 0.5) }] }
  const [promise] = warned.mustFire
  assert.ok(promise)
  const scenario = {
    ...warned,
    mustFire: [{ ...promise, alertname: 'JourneyBurnsSlowly', labels: { ...promise.labels, severity: 'warning' } }],
  }

  assert.equal(judgeFiring(scenario, burn('JourneyBurnsFast', 'checkout', 'critical'), []).kind, 'extra')
  assert.equal(judgeFiring(scenario, burn('JourneyBurnsTrickle', 'checkout', 'ticket'), []).kind, 'company')
})

test('what must stay silent is named with the reason', () => {
  const verdict = judgeFiring(kafkaStopped, burn('JourneyBurnsFast', 'checkout', 'critical'), [])

  assert.equal(verdict.kind, 'extra')
  assert.match((verdict as { because: string }).because, /stays silent/)
})

test('a muted alert may fire, and is a second page when it is delivered', () => {
  const stuck = { alertname: 'OutboxStuck', service: 'api', severity: 'warning' }

  assert.equal(judgeFiring(kafkaStopped, stuck, []).kind, 'company')
  assert.equal(judgeDelivered(kafkaStopped, stuck, []).kind, 'extra')
})

test('what had burnt before is inherited, in its own tier only', () => {
  const inherited = [{ alertname: 'JourneyBurnsSlowly', journey: 'product-search', slo: 'latency' }]
  const kindOf = (alertname: string) =>
    judgeFiring(paymentsFailing, burn(alertname, 'product-search', 'warning', 'latency'), inherited).kind

  assert.equal(kindOf('JourneyBurnsSlowly'), 'company')
  assert.equal(kindOf('JourneyBurnsFast'), 'extra')
})

test('resolved means the highest promised severity', () => {
  const highest = highestOf(apiDead.mustFire)

  assert.equal(highest.length, apiDead.mustFire.length - 1)
  assert.ok(highest.every(({ labels }) => labels.severity === 'critical'))
  assert.deepEqual(highestOf([alertOf('ticket', 'DeadLetters', {}, 1)]).length, 1)
})

test('where no journey may be hurt, alerts of other things are judged by themselves', () => {
  const kindOf = (labels: Record<string, string>) => judgeFiring(collectorStopped, labels, []).kind

  assert.equal(kindOf(burn('JourneyBurnsTrickle', 'checkout', 'ticket')), 'extra')
  assert.equal(kindOf({ alertname: 'JourneysNotCounted', severity: 'critical' }), 'company')
  assert.equal(kindOf({ alertname: 'Watchdog', severity: 'none' }), 'company')
})
