import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const pagerDead = defineScenario({
  name: 'pager-dead',
  title: 'Alertmanager is stopped',
  story: 'No alert comes. That is what a quiet night looks like, too.',
  actions: [{ kind: 'stop', service: 'alertmanager' }],
  // The switch beats every ten seconds and may miss nine beats; the lab says so by itself.
  mustFire: [alertOf('critical', 'DeadManSwitchMissed', {}, 95)],
  mayFire: [
    allowed('it is delivered once somebody can', 'MachineryDown', { job: 'alertmanager' }),
    allowed('what could not be delivered was counted', 'AlertDeliveryFailing'),
  ],
  mustNotFire: [anyOf()],
  dashboards: ['slo-overview'],
  cause:
    'Alertmanager is away: Prometheus decides, and nobody delivers. The dead man’s switch falls silent, and the lab notices.',
  howToFind: [
    'The alert comes from the lab service itself: it misses what should always come.',
    'Prometheus shows alerts firing that are not in the inbox.',
  ],
})
