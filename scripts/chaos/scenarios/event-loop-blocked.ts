import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const eventLoopBlocked = defineScenario({
  name: 'event-loop-blocked',
  title: 'The event loop of inventory stands still again and again',
  story: 'No CPU is used and nothing is in the logs. Now and then everything waits.',
  faults: [{ service: 'inventory', point: 'process', kind: 'block-loop', latencyMs: 2000, ratio: 0.6 }],
  sli: { journey: 'checkout', slo: 'latency' },
  mustFire: [alertOf('warning', 'EventLoopBlocked', { service: 'inventory' }, 30)],
  mayFire: [
    { labels: { cuj_name: ['checkout'] }, because: 'a checkout asks inventory twice, and waits each time' },
    allowed('a scrape may wait longer than Prometheus does', 'ServiceDown', { job: 'inventory' }),
  ],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'order-lookup'])],
  dashboards: ['is-a-service-sick', 'why-is-checkout-slow'],
  cause: 'Something synchronous keeps inventory’s only thread for two seconds at a time.',
  howToFind: [
    'EventLoopBlocked names the service; nodejs_eventloop_lag_max_seconds says for how long.',
    'In a slow trace inventory’s SERVER span begins late: the request waited outside for its turn.',
    'process_cpu_seconds_total is flat: it does not compute, it stands.',
  ],
})
