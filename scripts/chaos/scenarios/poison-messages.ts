import { alertOf, anyOf, defineScenario } from '../scenario.ts'

export const poisonMessages = defineScenario({
  name: 'poison-messages',
  title: 'Some order events make notifications choke',
  story: 'Most customers get their mail. Some never will, whatever is tried.',
  faults: [{ service: 'notifications', point: 'consumer', target: 'orders.placed.v1', kind: 'poison', ratio: 0.2 }],
  // Tried four times, some seconds in all, then a dead letter.
  mustFire: [alertOf('ticket', 'DeadLetters', { service: 'notifications' }, 20)],
  mustNotFire: [anyOf(['checkout', 'product-discovery'])],
  dashboards: ['is-a-service-sick'],
  cause:
    'A fifth of the messages fails at every try and goes to orders.placed.v1.dead, with the reason; the others pass.',
  howToFind: [
    'kafka_messages_total{outcome="dead"} counts them; outcome="retried" came before.',
    '`make replay-dead TOPIC=orders.placed.v1` lists them with their reasons, and puts them back once the cause is gone.',
    'The trace of a dead letter is its checkout’s: the consumer’s span at its end is red.',
  ],
})
