// Several replicas behind one name: who is asked, and what happens while one of them goes.
import assert from 'node:assert/strict'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { noFaults } from '@techmart/platform/faults'
import { buildMetrics } from '@techmart/platform/metrics'
import { UpstreamError } from '@techmart/platform/refusals'
import { openUpstream, type UpstreamReply } from '../src/upstream.ts'
import { seriesValue } from './edge.ts'

interface Behind {
  readonly address: string
  readonly asked: string[]
  stop(): Promise<void>
  start(): Promise<void>
}

/** Replicas at 127.0.0.1, 127.0.0.2, …, all on one port, as containers have it. */
async function startReplicas(
  t: TestContext,
  count: number,
  answer: RequestListener = (_request, reply) => reply.end('ok'),
) {
  const metrics = buildMetrics()
  let port = 0
  let named: readonly string[] = Array.from({ length: count }, (_, n) => `127.0.0.${n + 1}`)
  const behind: Behind[] = []
  for (const address of named) {
    const asked: string[] = []
    let server: Server | undefined
    const start = async () => {
      server = createServer((request, reply) => {
        asked.push(`${request.method} ${request.url}`)
        answer(request, reply)
      })
      await new Promise<void>(resolve => server?.listen(port, address, resolve))
      port = (server.address() as AddressInfo).port
    }
    const stop = () =>
      new Promise<void>(resolve => {
        server?.close(() => resolve())
        server?.closeAllConnections()
      })
    await start()
    t.after(stop)
    behind.push({ address, asked, stop, start })
  }
  const upstream = openUpstream({
    dependency: 'api',
    baseUrl: `http://api.test:${port}`,
    timeoutMs: 2_000,
    faults: noFaults,
    metrics,
    lookup: async () => {
      if (named.length === 0) throw Object.assign(new Error('unknown'), { code: 'ENOTFOUND' })
      return named
    },
  })
  t.after(() => upstream[Symbol.asyncDispose]())
  const send = async (method = 'GET'): Promise<number> => {
    const reply: UpstreamReply = await upstream.send({ method, target: '/x', headers: {}, body: undefined })
    for await (const _chunk of reply.body);
    return reply.status
  }
  return {
    behind,
    metrics,
    send,
    name: (addresses: readonly string[]) => {
      named = addresses
    },
  }
}

const refusedBy = async (sending: Promise<unknown>) => {
  const error = await sending.then(
    () => assert.fail('somebody answered'),
    (failure: unknown) => failure,
  )
  assert.ok(error instanceof UpstreamError)
  return error.kind
}

test('replicas are asked in turn', async t => {
  const { behind, send } = await startReplicas(t, 3)

  for (let n = 0; n < 12; n++) await send()

  assert.deepEqual(
    behind.map(one => one.asked.length),
    [4, 4, 4],
  )
})

test('while one replica refuses, every request is answered by another one, and sent once', async t => {
  const { behind, send, metrics } = await startReplicas(t, 2)
  await behind[0]?.stop()

  const statuses = await Promise.all(Array.from({ length: 20 }, () => send('POST')))

  assert.deepEqual(new Set(statuses), new Set([200]))
  assert.equal(behind[1]?.asked.length, 20)
  assert.equal(await seriesValue(metrics, 'dependency_up', { dependency: 'api' }), 1)
})

test('a replica that has refused is asked again after a moment', async t => {
  const { behind, send } = await startReplicas(t, 2)
  await behind[0]?.stop()
  for (let n = 0; n < 4; n++) await send()
  await behind[0]?.start()

  const endsAt = performance.now() + 5_000
  while (behind[0]?.asked.length === 0 && performance.now() < endsAt) await send()

  assert.ok((behind[0]?.asked.length ?? 0) > 0)
})

test('a replica that is about to stop is asked no more, before it refuses', async t => {
  const { behind, send } = await startReplicas(t, 2, (request, reply) => {
    if (request.socket.localAddress === '127.0.0.1') reply.setHeader('connection', 'close')
    reply.end('ok')
  })

  for (let n = 0; n < 20; n++) await send()

  assert.deepEqual(
    behind.map(one => one.asked.length),
    [1, 19],
  )
})

test('the only replica is asked even while it is about to stop', async t => {
  const { send } = await startReplicas(t, 1, (_request, reply) => {
    reply.setHeader('connection', 'close')
    reply.end('ok')
  })

  assert.deepEqual([await send(), await send(), await send()], [200, 200, 200])
})

test('a request that a replica took and did not answer is never sent to another one', async t => {
  const { behind, send } = await startReplicas(t, 2, request => {
    request.resume().once('end', () => request.socket.destroy())
  })

  const kind = await refusedBy(send('POST'))

  assert.equal(kind, 'reset')
  assert.equal(behind.flatMap(one => one.asked).length, 1)
})

test('a replica that DNS no longer names gets no requests, and a new one does', async t => {
  const { behind, send, name } = await startReplicas(t, 2)
  name(['127.0.0.2'])
  await send()
  const endsAt = performance.now() + 5_000
  // Until the name has been asked for again.
  let before = -1
  while (before !== behind[0]?.asked.length && performance.now() < endsAt) {
    before = behind[0]?.asked.length ?? 0
    const until = performance.now() + 1_100
    while (performance.now() < until) await send()
  }
  const old = behind[0]?.asked.length

  for (let n = 0; n < 6; n++) await send()

  assert.equal(behind[0]?.asked.length, old)
  assert.ok((behind[1]?.asked.length ?? 0) >= 6)
})

test('with all replicas refusing, and with a name that nobody knows, the upstream is refused', async t => {
  const { behind, send, name, metrics } = await startReplicas(t, 2)
  await Promise.all(behind.map(one => one.stop()))

  assert.equal(await refusedBy(send()), 'refused')
  assert.equal(await seriesValue(metrics, 'dependency_up', { dependency: 'api' }), 0)
  name([])
  assert.equal(await refusedBy(send()), 'refused')
})

test('a connection that was idle for longer than a second of draining is not used again', async t => {
  const sockets = new Set<unknown>()
  const { send } = await startReplicas(t, 1, (request, reply) => {
    sockets.add(request.socket)
    reply.end('ok')
  })
  await send()
  await send()
  assert.equal(sockets.size, 1)

  await new Promise(resolve => setTimeout(resolve, 900))
  await send()

  assert.equal(sockets.size, 2)
})
