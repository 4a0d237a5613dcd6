// Whether a server is there: nothing is said of it before two questions in a row, and then soon enough for the alert.
import assert from 'node:assert/strict'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { buildMetrics } from '@techmart/platform/metrics'
import { eventually, fakeLog } from '@techmart/platform/testing'
import { followKafka, openKafkaPresence } from '../src/kafka-presence.ts'
import { followPostgres, openPostgresPresence } from '../src/postgres-presence.ts'
import { followPresence, type Presence } from '../src/presence.ts'

type State = 'there' | 'refusing' | 'frozen'

/** A server and a second hand: `passSeconds` lets time pass and tells what is exported after each half second. */
function startServer(t: TestContext, state: State) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  const server = { state, questions: 0, letGo: 0 }
  const presence: Presence = {
    ask: async () => {
      server.questions++
      if (server.state === 'refusing') throw new Error('connect ECONNREFUSED')
      if (server.state === 'frozen') await new Promise(() => {})
    },
    letGo: () => void server.letGo++,
    async [Symbol.asyncDispose]() {},
  }
  const metrics = buildMetrics()
  const up = metrics.gauge('postgres_up', 'A test.', [])
  const log = fakeLog()
  const following = followPresence({ what: 'Postgres', presence, up, log, now: Date.now })
  const settle = () => new Promise(resolve => setImmediate(resolve))
  const read = async () => (await up.get()).values[0]?.value
  const passSeconds = async (seconds: number) => {
    const seen: (number | undefined)[] = []
    for (let half = 0; half < seconds * 2; half++) {
      t.mock.timers.tick(500)
      await settle()
      seen.push(await read())
    }
    return seen
  }
  t.after(async () => {
    server.state = 'there'
    const closed = following[Symbol.asyncDispose]()
    t.mock.timers.tick(10_000)
    await closed
  })
  return { server, settle, read, passSeconds }
}

test('a server that answers is there from the first question on', async t => {
  const { settle, read } = startServer(t, 'there')
  assert.equal(await read(), undefined)

  await settle()

  assert.equal(await read(), 1)
})

for (const state of ['refusing', 'frozen'] as const) {
  test(`one question that finds the server ${state} says nothing of it`, async t => {
    const { server, settle, passSeconds } = startServer(t, 'there')
    await settle()

    server.state = state
    const during = await passSeconds(4)
    server.state = 'there'
    const after = await passSeconds(30)

    assert.deepEqual([...new Set([...during, ...after])], [1])
    assert.equal(server.letGo, 1)
  })

  test(`a server that is ${state} for good is away within eight seconds, and back with its next answer`, async t => {
    const { server, settle, passSeconds } = startServer(t, 'there')
    await settle()

    server.state = state
    const dying = await passSeconds(8)
    const dead = await passSeconds(60)
    server.state = 'there'
    const back = await passSeconds(3)

    assert.equal(dying[0], 1)
    assert.equal(dying.at(-1), 0)
    assert.deepEqual([...new Set(dead)], [0])
    assert.equal(back.at(-1), 1)
  })

  test(`a lab that starts beside a server that is ${state} says nothing until it knows`, async t => {
    const { passSeconds } = startServer(t, state)

    const seen = await passSeconds(8)

    assert.equal(seen[0], undefined)
    assert.deepEqual([...new Set(seen)], [undefined, 0])
  })
}

test('two failures with an answer between them are not in a row', async t => {
  const { server, settle, passSeconds } = startServer(t, 'there')
  await settle()
  const seen: (number | undefined)[] = []

  for (let round = 0; round < 5; round++) {
    server.state = 'refusing'
    seen.push(...(await passSeconds(1.5)))
    server.state = 'there'
    seen.push(...(await passSeconds(6)))
  }

  assert.equal(server.letGo, 5)
  assert.deepEqual([...new Set(seen)], [1])
})

test('each server has its own gauge', async () => {
  const metrics = buildMetrics()
  const log = fakeLog()
  const presence: Presence = { ask: async () => {}, letGo: () => {}, async [Symbol.asyncDispose]() {} }
  const postgres = followPostgres({ presence, metrics, log })
  const kafka = followKafka({ presence, metrics, log })
  await new Promise(resolve => setImmediate(resolve))

  const lines = (await metrics.registry.metrics()).split('\n').filter(line => /^\w+_up /.test(line))
  await Promise.all([postgres[Symbol.asyncDispose](), kafka[Symbol.asyncDispose]()])

  assert.deepEqual(lines, ['postgres_up 1', 'kafka_up 1'])
})

for (const [what, open] of [
  ['Postgres', (at: string) => openPostgresPresence(`postgres://techmart:secret@${at}/techmart`)],
  ['Kafka', (at: string) => openKafkaPresence([at])],
] as const) {
  test(`a ${what} that takes connections and says nothing is asked anew on another one`, async t => {
    const held = new Set<Socket>()
    let taken = 0
    const frozen = createServer(socket => {
      taken++
      held.add(socket.resume())
      socket.once('close', () => held.delete(socket)).on('error', () => {})
    })
    await new Promise<void>(resolve => frozen.listen(0, '127.0.0.1', resolve))
    const presence = open(`127.0.0.1:${(frozen.address() as AddressInfo).port}`)
    t.after(async () => {
      await presence[Symbol.asyncDispose]()
      for (const socket of held) socket.destroy()
      frozen.close()
    })

    for (const connections of [1, 2]) {
      presence.ask().catch(() => {})
      await eventually(() => assert.equal(taken, connections), { withinMs: 10_000 })
      presence.letGo()
    }

    await eventually(() => assert.equal(held.size, 0), { withinMs: 10_000 })
  })
}
