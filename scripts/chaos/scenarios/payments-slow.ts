import { allowed, anyOf, defineScenario, pageOf } from '../scenario.ts'

export const paymentsSlow = defineScenario({
  name: 'payments-slow',
  title: 'Every charge takes more than two seconds longer',
  story: 'Nothing fails. People just wait, and some of them leave.',
  faults: [
    { service: 'payments', point: 'http-server', target: 'POST /charges', kind: 'latency', latencyMs: 2200, ratio: 1 },
  ],
  sli: { journey: 'checkout', slo: 'latency' },
  // 99 % under two seconds is a wide budget: with every request slow it pages after 14.4 × 1 % of an hour.
  mustFire: [pageOf('checkout', 'latency', 0.9)],
  // A charge that is slow by itself too takes longer than api waits.
  mayFire: [
    allowed('some charges were slow before, and now take longer than api waits', 'JourneyBurnsFast', {
      cuj_name: 'checkout',
      slo: 'availability',
    }),
  ],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review'])],
  dashboards: ['slo-overview', 'why-is-checkout-slow'],
  cause: 'payments holds each charge for 2.2 seconds; checkout promises two in all.',
  howToFind: [
    'The SLO overview: checkout’s latency burns, its availability does not.',
    'In a slow trace one bar fills the width: POST /charges of payments, with nothing under it that takes the time.',
  ],
})
