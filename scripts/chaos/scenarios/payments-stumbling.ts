import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const paymentsStumbling = defineScenario({
  name: 'payments-stumbling',
  title: 'One charge in ten fails',
  story: 'A support team would call it bad luck: most customers pay at the first try, and the rest at the second.',
  faults: [{ service: 'payments', point: 'http-server', target: 'POST /charges', kind: 'error', ratio: 0.1 }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.09)],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review'])],
  dashboards: ['slo-overview', 'journeys-compared'],
  cause:
    'payments answers 503 to a tenth of the charges: a hundred times what the objective allows, though nine of ten work.',
  howToFind: [
    'The SLO overview: a success rate of 90 % looks nearly well; the burn rate beside it says a hundred.',
    'Compare with payments-failing: a fifth of the failures takes five times as long to page. That is what a burn rate is.',
    'One failed trace is enough to see that payments refuses.',
  ],
})
