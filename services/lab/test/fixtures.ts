import type { FaultRequest } from '@techmart/contracts/faults'
import type { AlertmanagerWebhook } from '@techmart/contracts/lab-routes'

export const paymentsFailing: FaultRequest = {
  scenario: 'payments-failing',
  service: 'payments',
  point: 'http-server',
  target: 'POST /charges',
  kind: 'error',
  ratio: 0.5,
  reason: 'A rehearsal.',
  durationSeconds: 60,
}

export const paymentsSlow: FaultRequest = {
  scenario: 'payments-slow',
  service: 'payments',
  point: 'http-server',
  kind: 'latency',
  latencyMs: 3000,
  ratio: 1,
  reason: 'Another one.',
  durationSeconds: 30,
}

/** A delivery as Alertmanager 0.31 sends it, with fields that we do not read. */
export const delivery = (
  status: 'firing' | 'resolved',
  alertname = 'JourneyBurnsFast',
  cujName = 'checkout',
): AlertmanagerWebhook & Record<string, unknown> => ({
  version: '4',
  groupKey: `{}:{cuj_name="${cujName}"}`,
  truncatedAlerts: 0,
  status,
  receiver: 'inbox',
  groupLabels: { cuj_name: cujName },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: 'http://localhost:9093',
  alerts: [
    {
      status,
      labels: { alertname, cuj_name: cujName, slo: 'availability', severity: 'critical' },
      annotations: { summary: 'Customers cannot pay.' },
      startsAt: '2026-11-20T14:00:05.123456789Z',
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-11-20T14:06:05.5Z',
      generatorURL: 'http://localhost:9090/graph?g0.expr=x',
      fingerprint: 'c0ffee',
    },
  ],
})
