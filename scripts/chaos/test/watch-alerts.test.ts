import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import { paymentsDead } from '../scenarios/payments-dead.ts'
import { startTimeline } from '../timeline.ts'
import { AlertWatch } from '../watch-alerts.ts'

const delivered: InboxEntry = {
  id: 8,
  receivedAt: '2026-11-20T14:00:00Z',
  status: 'firing',
  alertname: 'ServiceDown',
  labels: {},
  annotations: {},
  startsAt: '2026-11-20T14:00:00Z',
  endsAt: null,
  fingerprint: 'c0ffee',
  generatorUrl: '',
}

test('an alert that is delivered before Prometheus was asked again did not fire later than that', async () => {
  const at = Date.UTC(2026, 10, 20, 14)
  const labels = { alertname: 'ServiceDown', job: 'payments', severity: 'warning' }
  const watch = new AlertWatch({
    scenario: paymentsDead,
    promises: paymentsDead.mustFire.map(promise => ({ promise, limitSeconds: 100, deliveryLimitSeconds: 30 })),
    timeline: startTimeline(at, () => {}),
    startMs: at,
    before: [],
    inherited: [],
  })

  watch.seeAlerts([{ labels, state: 'pending', activeAtMs: at }], at + 14_000)
  watch.seeAlerts([{ labels, state: 'firing', activeAtMs: at }], at + 19_300)
  watch.seeInbox([{ ...delivered, labels, receivedAt: new Date(at + 18_800).toISOString() }])

  const told = watch.outcomes.find(({ alert }) => alert.startsWith('ServiceDown'))
  assert.deepEqual([told?.firingSeconds, told?.notifiedSeconds], [18.8, 18.8])
})
