import { allowed, anyOf, defineScenario, pageOf } from '../scenario.ts'

export const inventoryHanging = defineScenario({
  name: 'inventory-hanging',
  title: 'inventory does not answer',
  story: 'Nothing says no. The button spins until people close the page.',
  faults: [{ service: 'inventory', point: 'http-server', target: 'POST /reservations', kind: 'hang', ratio: 1 }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.95)],
  mayFire: [
    allowed('waiting checkouts are slow before they fail', 'JourneyBurnsFast', {
      cuj_name: 'checkout',
      slo: 'latency',
    }),
  ],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review'])],
  dashboards: ['slo-overview', 'why-is-checkout-slow'],
  cause: 'inventory takes reservations and never answers; api gives each up after its time limit.',
  howToFind: [
    'Failed checkouts take seconds, all of them the same: a time limit, not an error.',
    'In the trace the longest span is api’s call to inventory; inventory’s own span has nothing under it.',
    'Compare with inventory-failing: the same journey, the same alert, another duration.',
  ],
})
