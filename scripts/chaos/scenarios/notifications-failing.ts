import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const notificationsFailing = defineScenario({
  name: 'notifications-failing',
  title: 'The mail provider refuses connections',
  story: 'Orders are placed, paid and shipped. Nobody is told.',
  faults: [{ service: 'notifications', point: 'http-client', target: 'mail-provider', kind: 'refuse', ratio: 1 }],
  // Thirty waiting for a whole minute, and growing over three.
  mustFire: [alertOf('warning', 'LagGrowing', { group: 'notifications' }, 110)],
  mayFire: [
    allowed('whoever only tries again takes nothing', 'WorkerStopped', { group: 'notifications' }),
    allowed('what cannot be sent is given up in the end', 'DeadLetters', { service: 'notifications' }),
  ],
  mustNotFire: [anyOf(['checkout', 'product-discovery', 'product-search'])],
  dashboards: ['is-a-service-sick'],
  cause: 'notifications cannot reach the mail provider; it keeps its messages and tries again.',
  howToFind: [
    'notifications_failed_total grows and notifications_sent_total stands still.',
    'dependency_up{dependency="mail-provider"} is 0.',
    'Checkout does not burn: it was decided that mail may be late.',
  ],
})
