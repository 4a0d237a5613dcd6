import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const paymentsFailing = defineScenario({
  name: 'payments-failing',
  title: 'Half of all charges fail',
  story: 'Customers say that paying does not work, then that it does, then that it does not.',
  faults: [{ service: 'payments', point: 'http-server', target: 'POST /charges', kind: 'error', ratio: 0.5 }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.45)],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review'])],
  dashboards: ['slo-overview', 'why-is-checkout-slow'],
  cause: 'payments answers 503 to half of the charges; api gives up the order and releases its stock.',
  howToFind: [
    'The SLO overview: checkout burns, browsing does not.',
    'An exemplar of a failed checkout leads to its trace: the red span is POST /charges of payments.',
    'The log lines of that trace say which service refused.',
  ],
})
