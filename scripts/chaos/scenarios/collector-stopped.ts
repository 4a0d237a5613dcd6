import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const collectorStopped = defineScenario({
  name: 'collector-stopped',
  title: 'The collector is stopped',
  story: 'Every graph goes flat. Either the shop is empty, or nobody counts.',
  actions: [{ kind: 'stop', service: 'otel-collector' }],
  mustFire: [alertOf('critical', 'CollectorDown', { job: 'otel-collector' }, 10)],
  mayFire: [allowed('nobody counts while it is away', 'JourneysNotCounted')],
  mustNotFire: [anyOf()],
  dashboards: ['slo-overview'],
  cause: 'The collector is away; services keep their spans for about a minute, and nothing is counted meanwhile.',
  howToFind: [
    'One page: CollectorDown. Silence of all the others means nothing now.',
    'gateway_requests_total, which is scraped and not pushed, goes on: customers are there.',
    'After healing the counts catch up: what services had kept arrives late.',
  ],
})
