import { alertOf, anyOf, defineScenario } from '../scenario.ts'

export const kafkaStopped = defineScenario({
  name: 'kafka-stopped',
  title: 'Kafka is stopped',
  story: 'The shop sells as if nothing were wrong. No mail leaves, and uploads wait.',
  actions: [{ kind: 'stop', service: 'kafka' }],
  holdSeconds: 45,
  sli: { journey: 'checkout', slo: 'availability' },
  // The lab knows it after eight seconds at worst: two answers in a row must be missing. Then it is scraped.
  mustFire: [alertOf('critical', 'KafkaDown', {}, 13)],
  muted: [
    { alertname: 'JourneyBurnsFast', labels: { cuj_name: 'product-upload-job' } },
    { alertname: 'OutboxStuck', labels: {} },
    { alertname: 'LagGrowing', labels: {} },
    { alertname: 'WorkerStopped', labels: {} },
  ],
  mayFire: [{ labels: { cuj_name: ['product-upload-job'] }, because: 'uploads wait as long as Kafka is away' }],
  mustNotFire: [anyOf(['checkout', 'product-discovery', 'product-search', 'order-lookup'])],
  recoverWithinSeconds: 30,
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause:
    'The broker is away. Orders leave their event in the outbox, in their own transaction, and the relay sends it later.',
  howToFind: [
    'One page: KafkaDown; no journey of a customer burns.',
    'outbox_oldest_seconds grows while it is away and falls to nothing after: nothing was lost.',
  ],
})
