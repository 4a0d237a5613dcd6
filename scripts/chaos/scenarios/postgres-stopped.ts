import { alertOf, allowed, defineScenario } from '../scenario.ts'

export const postgresStopped = defineScenario({
  name: 'postgres-stopped',
  title: 'Postgres is stopped',
  story: 'Everything fails at once, and the first page says why.',
  actions: [{ kind: 'stop', service: 'postgres' }],
  // Long enough for every journey to burn, so that one sees that they are muted.
  holdSeconds: 75,
  sli: { journey: 'checkout', slo: 'availability' },
  // The lab knows it after eight seconds at worst: two answers in a row must be missing. Then it is scraped.
  mustFire: [alertOf('critical', 'PostgresDown', {}, 13)],
  muted: [
    { alertname: 'JourneyBurnsFast', labels: {} },
    { alertname: 'OutboxStuck', labels: {} },
    { alertname: 'LagGrowing', labels: {} },
    { alertname: 'ServerErrorsOutsideJourneys', labels: {} },
  ],
  mayFire: [
    {
      labels: { severity: ['warning', 'ticket'], burn: ['slow', 'trickle'] },
      because: 'a minute without Postgres is in the longer windows',
    },
    allowed('workers wait for their database', 'WorkerStopped'),
    allowed('uploads are rare, and none ends meanwhile', 'JourneyVanished', { cuj_name: 'product-upload-job' }),
  ],
  recoverWithinSeconds: 30,
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause: 'The one database server is away. Every service answers 503 and goes on trying.',
  howToFind: [
    'One page: PostgresDown. The journeys burn too, and Alertmanager keeps quiet about them.',
    'dependency_up{dependency="postgres"} is 0 in every service.',
    'Once it is back nobody has to restart anything.',
  ],
})
