import { alertOf, anyOf, defineScenario } from '../scenario.ts'

export const providerTroubleInJapan = defineScenario({
  name: 'provider-trouble-in-japan',
  title: 'Charges in one country get no answer',
  story: 'The numbers look nearly fine. Customers in one country see a broken shop.',
  faults: [
    { service: 'payments', point: 'http-client', target: 'payment-provider', kind: 'refuse', ratio: 1, country: 'JP' },
  ],
  sli: { journey: 'checkout', slo: 'availability' },
  // A tenth of the country's last ten minutes, and five charges at least: it has one in eleven of all.
  mustFire: [alertOf('warning', 'PaymentFailuresInCountry', { country: 'JP' }, 80)],
  mayFire: [
    { labels: { cuj_name: 'checkout', slo: ['availability', 'payment'] }, because: 'nine of a hundred checkouts fail' },
  ],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review', 'order-lookup'])],
  dashboards: ['slo-overview'],
  cause: 'payments reaches the provider for every country but Japan.',
  howToFind: [
    'The alert names the country; checkout as a whole burns at ninety, not at a thousand.',
    'sum by (country, outcome) (rate(payments_total[1m])): failed stands beside one country only.',
    'Failed traces have one thing in common; their log lines say the country.',
  ],
})
