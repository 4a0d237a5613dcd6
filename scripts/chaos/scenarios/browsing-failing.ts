import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const browsingFailing = defineScenario({
  name: 'browsing-failing',
  title: 'A fifth of all product pages fail',
  story: 'The shop feels broken to everybody who looks around; those who know what they want still buy.',
  faults: [
    { service: 'api', point: 'http-server', target: 'GET /api/products', kind: 'error', ratio: 0.2 },
    { service: 'api', point: 'http-server', target: 'GET /api/products/:id', kind: 'error', ratio: 0.2 },
  ],
  sli: { journey: 'product-discovery', slo: 'availability' },
  mustFire: [pageOf('product-discovery', 'availability', 0.19)],
  mustNotFire: [anyOf(['checkout', 'product-search', 'order-lookup'])],
  dashboards: ['slo-overview', 'journeys-compared'],
  cause: 'api fails a fifth of the requests for products before it asks its database.',
  howToFind: [
    'The SLO overview: product-discovery burns, checkout does not, so it is neither api as a whole nor Postgres.',
    'The failed traces have a span of api and no statement under it.',
  ],
})
