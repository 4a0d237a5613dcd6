import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const workerStopped = defineScenario({
  name: 'worker-stopped',
  title: 'product-worker is stopped',
  story: 'Uploads are taken with a friendly 202, and nothing comes of them.',
  actions: [{ kind: 'stop', service: 'product-worker' }],
  mustFire: [
    alertOf('warning', 'ServiceDown', { job: 'product-worker' }, 10),
    // A minute of readings in which something waits and nobody takes it.
    alertOf('critical', 'WorkerStopped', { group: 'product-worker' }, 75),
  ],
  mayFire: [
    { labels: { cuj_name: ['product-upload-job'] }, because: 'jobs that waited end late' },
    allowed('what waits grows', 'LagGrowing', { group: 'product-worker' }),
  ],
  mustNotFire: [anyOf(['checkout', 'product-discovery', 'product-search', 'product-upload'])],
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause: 'No process of product-worker runs; messages wait in Kafka until it is back.',
  howToFind: [
    'ServiceDown and WorkerStopped name the same service.',
    'kafka_consumer_lag{group="product-worker"} grows, and the upload journey itself is whole: 202 is all it promises.',
    'After healing the lag is worked off: nothing was lost, it was late.',
  ],
})
