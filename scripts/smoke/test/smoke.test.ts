import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import Type from 'typebox'
import { type Call, keyOf, type Outcome, type SmokeRoute } from '../call.ts'
import { calls } from '../calls.ts'
import { smokeRoutes } from '../routes.ts'
import { runSmoke, toLine } from '../run-smoke.ts'

const getLamp: SmokeRoute = {
  method: 'GET',
  path: '/lamps/:id',
  schema: { response: { 200: Type.Object({ id: Type.Integer() }, { additionalProperties: false }) } },
}
const lampCall: Call = { expect: 200, params: () => ({ id: 11 }) }

/** A store of one page: what it answers to each request, in turn; the last one for ever. */
async function startStore(t: TestContext, ...answers: readonly (readonly [status: number, body: string])[]) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const [status, body] = answers[Math.min(asked.length, answers.length - 1)] ?? [500, '']
    asked.push(`${request.method} ${request.url}`)
    response.writeHead(status, { 'content-type': 'application/json' }).end(body)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { asked, storeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function smoke(storeUrl: string, routes: readonly SmokeRoute[], used: Readonly<Record<string, Call>>) {
  const outcomes: Outcome[] = []
  const summary = await runSmoke({
    storeUrl,
    routes,
    calls: used,
    onOutcome: outcome => outcomes.push(outcome),
    timeoutMs: 1_000,
  })
  return { summary, outcomes }
}

test('every route of the contracts has its call, and every call its route', () => {
  const routes = smokeRoutes.map(keyOf)

  assert.equal(new Set(routes).size, routes.length)
  assert.deepEqual(Object.keys(calls).sort(), [...routes].sort())
})

test('an answer of the status and the shape that the contract promises is right', async t => {
  const { storeUrl, asked } = await startStore(t, [200, '{"id":11}'])

  const { summary, outcomes } = await smoke(storeUrl, [getLamp], { 'GET /lamps/:id': lampCall })

  assert.deepEqual(summary, { right: 1, wrong: 0, leftOut: 0 })
  assert.deepEqual(asked, ['GET /lamps/11'])
  assert.match(toLine(outcomes[0] as Outcome), /^ {2}GET \/lamps\/:id +200 +\d+ ms$/)
})

test('another status, another shape, no JSON and no answer are wrong, each in words', async t => {
  const cases = [
    [[500, '{"error":"internal"}'], /200 was expected: {"error":"internal"}/],
    [[200, '{"id":"eleven"}'], /not the shape.*\/id/],
    [[200, '{"id":11,"price":1}'], /not the shape/],
    [[200, 'eleven'], /JSON/],
  ] as const

  for (const [answer, words] of cases) {
    const { storeUrl } = await startStore(t, answer)
    const { summary, outcomes } = await smoke(storeUrl, [getLamp], { 'GET /lamps/:id': lampCall })
    assert.equal(summary.wrong, 1, JSON.stringify(outcomes))
    assert.match(outcomes[0]?.words ?? '', words)
  }
  const { outcomes } = await smoke('http://127.0.0.1:1', [getLamp], { 'GET /lamps/:id': lampCall })
  assert.equal(outcomes[0]?.state, 'wrong')
})

test('a route that nobody calls is wrong, and so is a call of a route that is gone', async t => {
  const { storeUrl } = await startStore(t, [200, '{"id":11}'])

  const { summary, outcomes } = await smoke(storeUrl, [getLamp], { 'GET /chairs': { expect: 200 } })

  assert.deepEqual(summary, { right: 0, wrong: 2, leftOut: 0 })
  assert.match(outcomes[0]?.words ?? '', /no contract/)
  assert.match(outcomes[1]?.words ?? '', /nobody calls it/)
})

test('a declined card is asked again, until the tries are used up', async t => {
  const call: Call = { ...lampCall, againOn: [402] }
  const patient = await startStore(t, [402, '{}'], [402, '{}'], [200, '{"id":11}'])
  const broke = await startStore(t, [402, '{}'])

  const paid = await smoke(patient.storeUrl, [getLamp], { 'GET /lamps/:id': call })
  const unpaid = await smoke(broke.storeUrl, [getLamp], { 'GET /lamps/:id': call })

  assert.deepEqual(paid.summary, { right: 1, wrong: 0, leftOut: 0 })
  assert.match(paid.outcomes[0]?.words ?? '', /after 2/)
  assert.deepEqual(unpaid.summary, { right: 0, wrong: 1, leftOut: 0 })
  assert.equal(broke.asked.length, 20)
})

test('a call that needs what an earlier one did not get says so, and a call may be left out with a reason', async t => {
  const { storeUrl, asked } = await startStore(t, [200, '{"id":11}'])
  const needy: Call = { expect: 200, params: () => ({}) }
  const shy: Call = { expect: 200, skip: () => 'somebody is at it' }

  const without = await smoke(storeUrl, [getLamp], { 'GET /lamps/:id': needy })
  const left = await smoke(storeUrl, [getLamp], { 'GET /lamps/:id': shy })

  assert.match(without.outcomes[0]?.words ?? '', /nothing is known of 'id'/)
  assert.deepEqual(left.summary, { right: 0, wrong: 0, leftOut: 1 })
  assert.deepEqual(asked, [])
})
