import { allowed, anyOf, defineScenario, pageOf } from '../scenario.ts'

export const providerDown = defineScenario({
  name: 'provider-down',
  title: 'The payment provider refuses connections',
  story: 'Our own services are all healthy. The bank behind them is not.',
  faults: [{ service: 'payments', point: 'http-client', target: 'payment-provider', kind: 'refuse', ratio: 1 }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.95)],
  mayFire: [
    allowed('charges have an SLO of their own; checkout’s page mutes it', 'JourneyBurnsFast', {
      cuj_name: 'checkout',
      slo: 'payment',
    }),
    allowed('charges have an SLO of their own', 'JourneyBurnsSlowly', { cuj_name: 'checkout', slo: 'payment' }),
    allowed('charges have an SLO of their own', 'JourneyBurnsSteadily', { cuj_name: 'checkout', slo: 'payment' }),
    allowed('charges have an SLO of their own', 'JourneyBurnsTrickle', { cuj_name: 'checkout', slo: 'payment' }),
    allowed('few charges in a country are chance', 'PaymentFailuresInCountry'),
  ],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review', 'order-lookup'])],
  dashboards: ['slo-overview', 'why-is-checkout-slow'],
  cause: 'payments cannot connect to its provider; after some tries its circuit opens and charges are refused at once.',
  howToFind: [
    'A failed trace: POST /charges of payments is red, and the red span under it is the client’s, with nobody below.',
    'payments_total{outcome="circuit_open"} grows: nobody is asked any more.',
    'Every country fails alike: it is not one bank, it is the provider.',
  ],
})
