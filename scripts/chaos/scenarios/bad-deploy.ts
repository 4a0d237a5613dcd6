import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const badDeploy = defineScenario({
  name: 'bad-deploy',
  title: 'One of two replicas of api was deployed with a wrong address',
  story: 'The new version passed its health check. Every second customer cannot pay, and it works when they try again.',
  actions: [{ kind: 'bad-replica', service: 'api', environment: { PAYMENTS_URL: 'http://payments:3999' } }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.4)],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review', 'order-lookup'])],
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause:
    'A replica of api runs with PAYMENTS_URL=http://payments:3999, where nobody listens; it is ready all the same.',
  howToFind: [
    'The mark “deploy” on the dashboards stands just before the burn begins.',
    'sum by (instance) (rate(http_requests_total{service="api", status=~"5.."}[1m])): one instance fails, the other does not.',
    'payments itself is healthy and has fewer charges: who does not ask?',
    'A deploy with a look at the error budget would have gone back by itself: `make deploy`.',
  ],
})
