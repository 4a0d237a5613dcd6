import { alertOf, allowed, defineScenario, pageOf } from '../scenario.ts'

/** Every journey that the gateway passes on to api. */
const behindApi = [
  'checkout',
  'product-discovery',
  'product-search',
  'product-review',
  'order-lookup',
  'order-history',
  'product-upload',
]

export const apiDead = defineScenario({
  name: 'api-dead',
  title: 'api is stopped',
  story: 'The shop’s face is there, and there is nothing behind it.',
  actions: [{ kind: 'stop', service: 'api' }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [
    ...behindApi.map(journey => ({ ...pageOf(journey, 'availability', 1), latestSeconds: 90 })),
    alertOf('warning', 'ServiceDown', { job: 'api' }, 10),
  ],
  mayFire: [
    { labels: { cuj_name: ['product-upload-job'] }, because: 'uploads at hand end late' },
    allowed('promotions and shipping quotes belong to no journey', 'ServerErrorsOutsideJourneys', { job: 'gateway' }),
  ],
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause:
    'No process of api runs. The gateway counts each journey that it cannot pass on as failed: a dead service cannot do so itself.',
  howToFind: [
    'Everything behind api burns at once, and ServiceDown names the job.',
    'The failed spans are the gateway’s own: service_name="gateway" beside cuj.checkout.',
    '`make status` shows which container is missing.',
  ],
})
