import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const searchFailing = defineScenario({
  name: 'search-failing',
  title: 'The search statement fails',
  story: 'Whoever searches sees an error; whoever browses finds the same lamps.',
  faults: [{ service: 'api', point: 'database', target: 'search products', kind: 'error', ratio: 1 }],
  sli: { journey: 'product-search', slo: 'availability' },
  mustFire: [pageOf('product-search', 'availability', 0.95)],
  mustNotFire: [anyOf(['checkout', 'product-discovery', 'order-lookup'])],
  dashboards: ['slo-overview', 'journeys-compared'],
  cause: 'One statement of api fails, “search products”; all others work, so Postgres is well.',
  howToFind: [
    'Only product-search burns: one journey of one service.',
    'The red span in a failed trace is a database span, and it names its statement.',
    'db spans of other statements are fine: it is the query, not the server.',
  ],
})
