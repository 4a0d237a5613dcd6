import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const mailsWaiting = defineScenario({
  name: 'mails-waiting',
  title: 'notifications takes no messages',
  story: 'The process is there, it is healthy, and it does nothing.',
  faults: [{ service: 'notifications', point: 'consumer', kind: 'stop', ratio: 1 }],
  mustFire: [alertOf('critical', 'WorkerStopped', { group: 'notifications' }, 75)],
  mayFire: [allowed('what waits grows', 'LagGrowing', { group: 'notifications' })],
  mustNotFire: [
    anyOf(['checkout', 'product-discovery']),
    { alertname: 'ServiceDown', labels: { job: 'notifications' } },
  ],
  dashboards: ['is-a-service-sick'],
  cause: 'The consumer of notifications has left its group; the process lives, so nothing but the lag tells.',
  howToFind: [
    'No ServiceDown: whoever looks at processes only finds nothing.',
    'kafka_consumer_group_members{group="notifications"} is 0 and its lag grows with every order.',
    'Checkout is whole: mail is not part of its promise.',
  ],
})
