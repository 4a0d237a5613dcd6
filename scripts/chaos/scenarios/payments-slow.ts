import { pageOf, type Scenario } from '../scenario.ts'

export const paymentsSlow: Scenario = {
  name: 'payments-slow',
  title: 'Every charge takes three seconds longer',
  story: 'Nothing fails. People just wait, and some of them leave.',
  faults: [
    { service: 'payments', point: 'http-server', target: 'POST /charges', kind: 'latency', latencyMs: 3000, ratio: 1 },
  ],
  // 99 % under two seconds is a wide budget: with every request slow it pages after 14.4 × 1 % of an hour, 518 s.
  durationSeconds: 900,
  sli: { journey: 'checkout', slo: 'latency' },
  expectedBadRatio: 0.95,
  mustFire: [pageOf('checkout', 'latency')],
  cause: 'payments holds each charge for three seconds; checkout promises two.',
  howToFind: [
    'The SLO overview: checkout’s latency burns, its availability does not.',
    'In a slow trace one bar fills the width: POST /charges of payments, with nothing under it that takes the time.',
  ],
}
