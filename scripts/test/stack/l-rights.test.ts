// Each public route with each role through the running gateway, on one's own things and on another's: what docs/rights.md says.
// Late among the files: the demo customer, who has the only token of a customer, deletes herself here and comes back as a newcomer.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { type Role, roles } from '@techmart/contracts/identity'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import { pathOf, type RouteContract } from '@techmart/contracts/route'
import { exampleOf, type RouteExample } from '@techmart/contracts/route-examples'
import { type Answer, ask, eventually, placeOrder, shop, tokens, urls } from './lab.ts'

interface Person {
  readonly email: string
  readonly userId: string
  readonly orderId: string
  readonly orderKey: string
}

/** Whose things are asked for; `nobody` where the request names nobody in particular. */
interface Whose {
  readonly person: Person
  readonly isOwn: boolean
  readonly role: Role
}

const tokenOf: Readonly<Record<Role, string | undefined>> = {
  anonymous: undefined,
  user: tokens.user,
  admin: tokens.admin,
  test: tokens.test,
}

const ada = 'ada@techmart.example'
const people = {} as { ada: Person; bob: Person }
let jobId = ''

const asAdmin = (path: string, init: Parameters<typeof ask>[1] = {}) =>
  ask(urls.store + path, { token: tokens.admin, ...init })

async function findAdasId(): Promise<string> {
  for (let page = 1; ; page += 1) {
    const { body } = await asAdmin(`/api/users?country=GB&page=${page}&pageSize=100`)
    const found = body.users.find(({ email }: { email: string }) => email === ada)
    if (found) return found.id
    assert.ok(body.users.length > 0, `${ada} is no customer of the shop`)
  }
}

async function orderOf(email: string): Promise<Pick<Person, 'email' | 'orderId' | 'orderKey'>> {
  const { status, body } = await placeOrder({ email })
  assert.equal(status, 201)
  return { email, orderId: body.order.id, orderKey: body.orderKey }
}

const signUp = (email: string) =>
  shop('/api/users', { method: 'POST', json: { email, name: 'Somebody', country: 'GB' } })

before(async () => {
  // The tests before this one broke the shop; its health is asked for here, too.
  await eventually(async () => assert.equal((await ask(`${urls.store}/api/health`)).status, 200), { withinMs: 60_000 })
  const bob = `bob-${crypto.randomUUID()}@techmart.example`
  const { status, body } = await signUp(bob)
  assert.equal(status, 201)
  people.bob = { ...(await orderOf(bob)), userId: body.id }
  people.ada = { ...(await orderOf(ada)), userId: await findAdasId() }
  const job = await asAdmin('/api/admin/upload-products', {
    method: 'POST',
    json: { products: [{ sku: 'RIGHTS-1', name: 'Lamp', description: '', category: 'Lighting', priceCents: 1 }] },
  })
  jobId = job.body.id
})

interface Ask extends RouteExample {
  /** What is no refusal of a right. */
  readonly done: readonly number[]
}

/** The request of a route about somebody, where its example will not do. */
const asks: Readonly<Record<string, (whose: Whose) => Ask | Promise<Ask>>> = {
  'POST /api/products/:id/reviews': ({ person: { email } }) => ({
    params: { id: 231 },
    body: { rating: 4, title: 'Right', text: 'Written by right.', email },
    done: [200, 201],
  }),
  'POST /api/orders': ({ person: { email } }) => ({
    headers: { 'idempotency-key': crypto.randomUUID() },
    body: { email, country: 'US', items: [{ productId: 11, quantity: 1 }] },
    done: [201, 402],
  }),
  'GET /api/orders/:id': ({ person, isOwn, role }) => ({
    params: { id: person.orderId },
    // Without a token it is the key that makes an order one's own.
    headers: role === 'anonymous' ? { 'order-key': isOwn ? person.orderKey : 'another-key' } : {},
    done: [200],
  }),
  'GET /api/orders': ({ person: { email }, isOwn, role }) => ({
    // The traffic acts for one customer at a time; everybody's orders are not its own.
    query: role === 'test' && !isOwn ? {} : { email },
    done: [200],
  }),
  'POST /api/admin/upload-products': () => ({
    body: { products: [{ sku: 'RIGHTS-2', name: 'Lamp', description: '', category: 'Lighting', priceCents: 1 }] },
    done: [202],
  }),
  'GET /api/admin/jobs/:id': () => ({ params: { id: jobId }, done: [200] }),
  'POST /api/inventory': () => ({ body: { productId: 11, change: 'receive', quantity: 0 }, done: [200] }),
  // Known already: whoever gets that far had the right to.
  'POST /api/users': ({ person: { email } }) => ({ body: { email, name: 'Again', country: 'GB' }, done: [409] }),
  'GET /api/users/:id': ({ person: { userId: id } }) => ({ params: { id }, done: [200] }),
  'PATCH /api/users/:id': ({ person: { userId: id } }) => ({
    params: { id },
    body: { name: 'Ada' },
    done: [200],
  }),
  'DELETE /api/users/:id': async ({ person, isOwn, role }) => {
    // One customer a time: whoever is gone cannot be asked for again.
    if (role === 'user' && isOwn) return { params: { id: person.userId }, done: [204] }
    const { body } = await signUp(`gone-${crypto.randomUUID()}@techmart.example`)
    return { params: { id: body.id }, done: [204] }
  },
}

async function askFor(route: RouteContract, whose: Whose): Promise<{ answer: Answer; done: readonly number[] }> {
  const special = asks[`${route.method} ${route.path}`]
  const { params, query, headers, body, done } = special
    ? await special(whose)
    : { ...exampleOf(route), done: [200, 204] }
  const search = new URLSearchParams(
    Object.entries(query ?? {}).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  )
  const token = tokenOf[whose.role]
  const answer = await ask(`${urls.store}${pathOf(route, params)}?${search}`, {
    method: route.method,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { json: body }),
    ...(token === undefined ? {} : { token }),
  })
  return { answer, done }
}

const routes = [...publicRoutes.map(({ route }) => route), ...edgeRoutes]

for (const route of routes) {
  const name = `${route.method} ${route.path}`
  for (const role of roles) {
    const right = route.access?.[role]

    test(`${name} for ${role}: ${right}`, async () => {
      const own: Whose = { person: role === 'test' ? people.bob : people.ada, isOwn: true, role }
      const another: Whose = { person: people.bob, isOwn: false, role }

      for (const whose of [another, own]) {
        const { answer, done } = await askFor(route, whose)
        const may = right === 'all' || (right === 'own' && whose.isOwn)
        // The key is all that a stranger has, and a wrong one is no right.
        const refusals = right === 'none' && role === 'anonymous' ? [401] : [403]
        const said = `${whose.isOwn ? 'own' : "another's"}: ${answer.status} ${JSON.stringify(answer.body)}`
        assert.ok((may ? done : refusals).includes(answer.status), said)
        if (!may) assert.equal(answer.body.error, answer.status === 401 ? 'unauthorized' : 'forbidden', said)
      }
    })
  }
}

test('the demo customer, who forgot herself, signs up again', async () => {
  const again = await ask(`${urls.store}/api/users`, {
    method: 'POST',
    token: tokens.user,
    json: { email: ada, name: 'Ada', country: 'GB' },
  })

  assert.equal(again.status, 201)
})

test('a token that nobody has is refused on every route, and so is one in another form', async () => {
  for (const route of routes.filter(({ path }) => path !== '/api/health')) {
    for (const authorization of ['Bearer nobody', 'Basic YWRhOmFkYQ==', 'admin-token-456']) {
      const answer = await ask(urls.store + pathOf(route, exampleOf(route).params), {
        method: route.method,
        headers: { authorization },
        ...(route.schema.body === undefined ? {} : { json: {} }),
      })
      assert.equal(answer.status, 401, `${route.method} ${route.path} with ${authorization}`)
    }
  }
})

test('who names a role in the headers of ours is still a stranger', async () => {
  const answer = await ask(`${urls.store}/api/users`, {
    headers: { 'x-techmart-role': 'admin', 'x-techmart-customer': ada },
  })

  assert.equal(answer.status, 401)
})
