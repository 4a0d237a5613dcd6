import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildTestApp as buildHttpTestApp, eventually } from '@techmart/platform/testing'
import { takeTurns } from '../src/take-turns.ts'

const large = 'x'.repeat(200)

/** An app whose requests stay inside until they are let out. */
function buildSlowApp(t: Parameters<typeof buildHttpTestApp>[0], waitMs: number) {
  const app = buildHttpTestApp(t)
  const inside: (() => void)[] = []
  takeTurns(app, { smallBytes: 100, waitMs })
  app.post('/take', () => new Promise(resolve => inside.push(() => resolve({ taken: true }))))
  app.get('/look', async () => ({ looked: true }))
  const post = (text: string) => app.inject({ method: 'POST', url: '/take', payload: { text } })
  return { app, inside, post }
}

test('large bodies are taken one after another, in the order they came', async t => {
  const { inside, post } = buildSlowApp(t, 10_000)

  const first = post(large)
  const second = post(large)
  await eventually(() => assert.equal(inside.length, 1), { withinMs: 5_000 })
  inside[0]?.()
  await first
  await eventually(() => assert.equal(inside.length, 2), { withinMs: 5_000 })
  inside[1]?.()

  assert.deepEqual([(await first).statusCode, (await second).statusCode], [200, 200])
})

test('small bodies and questions do not wait', async t => {
  const { app, inside, post } = buildSlowApp(t, 10_000)
  const first = post(large)
  await eventually(() => assert.equal(inside.length, 1), { withinMs: 5_000 })

  const looked = await app.inject({ method: 'GET', url: '/look' })
  const small = post('x')
  await eventually(() => assert.equal(inside.length, 2), { withinMs: 5_000 })

  assert.equal(looked.statusCode, 200)
  for (const letOut of inside) letOut()
  await Promise.all([first, small])
})

test('whoever has waited too long is asked to come again, and does not hold up the next', async t => {
  const { inside, post } = buildSlowApp(t, 50)
  const first = post(large)
  await eventually(() => assert.equal(inside.length, 1), { withinMs: 5_000 })

  const refused = await post(large)
  inside[0]?.()
  await first
  const next = post(large)
  await eventually(() => assert.equal(inside.length, 2), { withinMs: 5_000 })
  inside[1]?.()

  assert.deepEqual([refused.statusCode, refused.json().error], [429, 'rate_limited'])
  assert.equal(refused.headers['retry-after'], '2')
  assert.equal((await next).statusCode, 200)
})
