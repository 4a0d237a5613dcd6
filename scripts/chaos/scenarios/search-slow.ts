import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const searchSlow = defineScenario({
  name: 'search-slow',
  title: 'The search statement takes most of a second longer',
  story: 'Search answers, and everybody has the feeling that it is thinking.',
  faults: [{ service: 'api', point: 'database', target: 'search products', kind: 'latency', latencyMs: 800, ratio: 1 }],
  sli: { journey: 'product-search', slo: 'latency' },
  mustFire: [pageOf('product-search', 'latency', 0.95)],
  mustNotFire: [anyOf(['checkout', 'product-discovery', 'order-lookup'])],
  dashboards: ['slo-overview', 'journeys-compared'],
  cause: 'The statement “search products” takes 800 ms longer; search promises half a second.',
  howToFind: [
    'The SLO overview: product-search’s latency burns, its availability is whole.',
    'In a slow trace the database span “search products” is as long as the request.',
    'Other statements are quick: a missing index would look the same.',
  ],
})
