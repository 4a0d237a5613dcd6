import { alertOf, allowed, anyOf, defineScenario } from '../scenario.ts'

export const usersDead = defineScenario({
  name: 'users-dead',
  title: 'users is stopped',
  story: 'The shop forgets who its customers are, and sells to them all the same.',
  actions: [{ kind: 'stop', service: 'users' }],
  // Time for some checkouts without the customer's name.
  holdSeconds: 30,
  mustFire: [alertOf('warning', 'ServiceDown', { job: 'users' }, 10)],
  mayFire: [
    allowed('signing up belongs to no journey', 'ServerErrorsOutsideJourneys', { job: 'gateway' }),
    allowed('nobody takes its messages meanwhile', 'WorkerStopped', { group: 'users' }),
  ],
  mustNotFire: [anyOf()],
  dashboards: ['is-a-service-sick', 'slo-overview'],
  cause: 'No process of users runs. Checkout asks for the customer, gets no answer, and goes on without.',
  howToFind: [
    'ServiceDown names it, and no journey burns: that is what degrading means.',
    'In a checkout’s trace the call to users is red and everything after it is fine.',
    'New orders have no customer name and the segment “unknown”.',
  ],
})
