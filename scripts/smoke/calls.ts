// One call a route, in the order in which they build on one another. They leave little behind: one order, which the shop cleans up
// like any other, and one review, one product and one fault's entry that the next smoke changes instead of adding to.
import type { Call, Seen } from './call.ts'

const hex = (bytes: number) => Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')

/** A product that the shop opens with. */
const productId = 11
const smokeEmail = 'smoke@techmart.example'

const known = (seen: Seen, name: string): string => {
  const value = seen.get(name)
  if (value === undefined) throw new Error(`nothing is known of '${name}': an earlier call failed`)
  return value
}

export const calls: Readonly<Record<string, Call>> = {
  'GET /': { expect: 200, holds: /TechMart/ },
  'GET /health': { expect: 200, holds: /"status"/ },
  'GET /ready': { expect: 200, holds: /"ready"/ },
  'GET /metrics': { expect: 200, holds: /^gateway_requests_total/m },
  'GET /api/health': { expect: 200, holds: /"dependencies"/ },
  'GET /docs': { expect: 200, holds: /swagger/i },
  'GET /docs/json': { expect: 200, holds: /"openapi"/ },
  'GET /runbooks/:name': { expect: 200, params: () => ({ name: 'PostgresDown' }), holds: /PostgresDown/ },

  'GET /api/products': { expect: 200, query: () => ({ pageSize: 5 }) },
  'GET /api/products/:id': { expect: 200, params: () => ({ id: productId }) },
  'GET /api/products/search': { expect: 200, query: () => ({ q: 'lamp' }) },
  'GET /api/products/:id/reviews': { expect: 200, params: () => ({ id: productId }) },
  // A customer has one review of a product: the second smoke changes the first one's (200 for 201).
  'POST /api/products/:id/reviews': {
    expect: 201,
    orExpect: 200,
    as: 'test',
    params: () => ({ id: productId }),
    body: () => ({ rating: 4, title: 'Smoke', text: 'Written by make smoke.', email: smokeEmail }),
  },
  'POST /api/events': {
    expect: 204,
    body: () => ({ events: [{ name: 'browse', country: 'DE', segment: 'new' }] }),
  },

  'GET /api/promotions/:code': { expect: 200, params: () => ({ code: 'WELCOME10' }) },
  'GET /api/shipping-quotes': { expect: 200, query: () => ({ country: 'DE', pieces: 2 }) },
  // Each try is an order of its own: the provider declines some cards.
  'POST /api/orders': {
    expect: 201,
    againOn: [402],
    headers: seen => {
      const traceId = hex(16)
      seen.set('traceId', traceId)
      return { 'idempotency-key': crypto.randomUUID(), traceparent: `00-${traceId}-${hex(8)}-01` }
    },
    body: () => ({
      email: smokeEmail,
      country: 'DE',
      items: [{ productId, quantity: 1 }],
      promotionCode: 'WELCOME10',
    }),
    keep: (body, seen) => {
      seen.set('orderId', body.order.id)
      seen.set('orderKey', body.orderKey)
    },
  },
  'GET /api/orders/:id': {
    expect: 200,
    params: seen => ({ id: known(seen, 'orderId') }),
    headers: seen => ({ 'order-key': known(seen, 'orderKey') }),
  },
  'GET /api/orders': { expect: 200, as: 'test', query: () => ({ email: smokeEmail }) },

  'POST /api/admin/upload-products': {
    expect: 202,
    as: 'admin',
    body: () => ({
      products: [
        {
          sku: 'SMOKE-1',
          name: 'Smoke detector',
          description: 'Uploaded by make smoke.',
          category: 'Garden',
          priceCents: 1900,
        },
      ],
    }),
    keep: (body, seen) => seen.set('jobId', body.id),
  },
  'GET /api/admin/jobs/:id': { expect: 200, as: 'admin', params: seen => ({ id: known(seen, 'jobId') }) },

  'GET /api/inventory': { expect: 200, query: () => ({ pageSize: 5 }) },
  'GET /api/inventory/:id': { expect: 200, params: () => ({ id: productId }) },
  'GET /api/stock-levels': { expect: 200, query: () => ({ productId }) },
  // A delivery of nothing: what is there stays as it is, whoever shops meanwhile.
  'POST /api/inventory': {
    expect: 200,
    as: 'admin',
    body: () => ({ productId, change: 'receive', quantity: 0 }),
  },

  'POST /api/users': {
    expect: 201,
    body: () => ({ email: `smoke-${hex(4)}@techmart.example`, name: 'Smoke', country: 'DE' }),
    keep: (body, seen) => seen.set('userId', body.id),
  },
  'GET /api/users': { expect: 200, as: 'admin', query: () => ({ pageSize: 5 }) },
  'GET /api/users/:id': { expect: 200, as: 'admin', params: seen => ({ id: known(seen, 'userId') }) },
  'PATCH /api/users/:id': {
    expect: 200,
    as: 'admin',
    params: seen => ({ id: known(seen, 'userId') }),
    body: () => ({ name: 'Smoke and mirrors' }),
  },
  'DELETE /api/users/:id': { expect: 204, as: 'admin', params: seen => ({ id: known(seen, 'userId') }) },

  'GET /lab/faults': {
    expect: 200,
    keep: ({ faults }, seen) => seen.set('faults', String(faults.length)),
  },
  // A fault that strikes nobody: no statement has this name.
  'POST /lab/faults': {
    expect: 201,
    body: () => ({
      scenario: 'smoke',
      service: 'lab',
      point: 'database',
      kind: 'error',
      ratio: 0.01,
      target: 'nothing that there is',
      reason: 'make smoke',
      durationSeconds: 5,
    }),
    keep: (body, seen) => seen.set('faultId', body.id),
  },
  'DELETE /lab/faults/:id': { expect: 204, params: seen => ({ id: known(seen, 'faultId') }) },
  'DELETE /lab/faults': {
    expect: 200,
    skip: seen =>
      seen.get('faults') === '0' ? undefined : `${seen.get('faults')} faults are on, and it would end them`,
  },
  'GET /lab/inbox': { expect: 200, query: () => ({ limit: 5 }) },
  'GET /lab/dead-man': { expect: 200 },
  // The spans of the order above are under way for a second or two.
  'GET /lab/traces/:traceId': {
    expect: 200,
    againOn: [404],
    pauseMs: 500,
    params: seen => ({ traceId: known(seen, 'traceId') }),
  },
  'GET /lab/logs': { expect: 200, query: seen => ({ traceId: known(seen, 'traceId') }) },
}
