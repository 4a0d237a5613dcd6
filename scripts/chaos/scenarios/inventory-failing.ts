import { anyOf, defineScenario, pageOf } from '../scenario.ts'

export const inventoryFailing = defineScenario({
  name: 'inventory-failing',
  title: 'Half of all reservations fail',
  story: 'Carts do not become orders, though every product shows as available.',
  faults: [{ service: 'inventory', point: 'http-server', target: 'POST /reservations', kind: 'error', ratio: 0.5 }],
  sli: { journey: 'checkout', slo: 'availability' },
  mustFire: [pageOf('checkout', 'availability', 0.48)],
  mustNotFire: [anyOf(['product-discovery', 'product-search', 'product-review', 'order-lookup'])],
  dashboards: ['slo-overview', 'why-is-checkout-slow'],
  cause: 'inventory answers 503 to half of the reservations, before any money is asked for.',
  howToFind: [
    'The SLO overview: only checkout burns, as when payments fail.',
    'A failed checkout’s trace ends at POST /reservations of inventory: payments was never asked.',
  ],
})
