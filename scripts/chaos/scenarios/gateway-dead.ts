import { alertOf, allowed, defineScenario } from '../scenario.ts'

export const gatewayDead = defineScenario({
  name: 'gateway-dead',
  title: 'gateway is stopped',
  story: 'Silence. No error, no graph that falls: the requests never arrive where they are counted.',
  actions: [{ kind: 'stop', service: 'gateway' }],
  inboxIsAway: true,
  // Half of the shoppers' last 30 s without an answer; they report every five seconds.
  mustFire: [alertOf('critical', 'GatewayUnreachable', {}, 30)],
  mayFire: [
    allowed('the same from the inside; muted', 'ServiceDown', { job: 'gateway' }),
    { labels: { cuj_name: ['product-upload-job'] }, because: 'nobody hands anything in meanwhile' },
  ],
  muted: [{ alertname: 'JourneyBurnsFast', labels: { slo: ['availability', 'latency'] } }],
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause: 'No process of the gateway runs. Only who stands outside can see that: the shoppers (k6).',
  howToFind: [
    'No journey burns, and all their rates fall to nothing: silence is not health.',
    'k6_journey_responses_total{status="0"} grows: the shoppers’ own view.',
    '`make status` shows which container is missing.',
  ],
})
