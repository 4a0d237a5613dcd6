import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const lokiStopped = defineScenario({
  name: 'loki-stopped',
  title: 'The log store is stopped',
  story: 'The one who looks for a cause finds no logs, and nobody else notices.',
  actions: [{ kind: 'stop', service: 'loki' }],
  // It is scraped every 15 seconds.
  mustFire: [alertOf('warning', 'MachineryDown', { job: 'loki' }, 25)],
  mayFire: [allowed('logs wait on the collector’s disk', 'CollectorQueueFilling')],
  mustNotFire: [anyOf()],
  dashboards: ['slo-overview'],
  cause: 'Loki is away. The collector keeps log records in its queue on disk and delivers them later.',
  howToFind: [
    'MachineryDown names it, as a warning: no customer feels it.',
    'otelcol_exporter_queue_size of the exporter to Loki grows, and empties itself after healing.',
  ],
})
