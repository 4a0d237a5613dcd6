import { alertOf, anyOf, defineScenario, pageOf } from '../scenario.ts'

export const paymentsDead = defineScenario({
  name: 'payments-dead',
  title: 'payments is stopped',
  story: 'Carts fill, and nobody can pay. Everything else works, so that some think it is their card.',
  actions: [{ kind: 'stop', service: 'payments' }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.95), alertOf('warning', 'ServiceDown', { job: 'payments' }, 10)],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review', 'order-lookup'])],
  dashboards: ['slo-overview', 'is-a-service-sick'],
  cause: 'No process of payments runs. api’s circuit opens, so that checkout fails at once instead of waiting.',
  howToFind: [
    'ServiceDown names the job: payments.',
    'circuit_breaker_state{dependency="payments"} is 2, and failed checkouts take milliseconds.',
    '`make status` shows which container is missing.',
  ],
})
