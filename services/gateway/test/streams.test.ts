// Server-sent events pass the edge: they may be quiet for longer than any answer, and end when either side does.
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { eventually } from '@techmart/platform/testing'
import { startEdge, startUpstream } from './edge.ts'

async function startStream(t: TestContext) {
  const streams: ServerResponse[] = []
  let gone = 0
  const labUrl = await startUpstream(t, (_request, reply) => {
    reply.writeHead(200, { 'content-type': 'text/event-stream' })
    reply.write('id: 1\n\n')
    reply.once('close', () => gone++)
    streams.push(reply)
  })
  const edge = await startEdge(t, { labUrl }, { UPSTREAM_TIMEOUT_MS: 100 })
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const response = await fetch(`${edge.url}/lab/incidents/stream`, { signal: leaving.signal })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
  })()
  reading.catch(() => {})
  return { streams, gone: () => gone, text: () => text, leave: () => leaving.abort(), reading }
}

test('a stream may be quiet for longer than an answer may take', async t => {
  const { streams, text } = await startStream(t)

  await new Promise(resolve => setTimeout(resolve, 400))
  streams[0]?.write('id: 2\n\n')

  await eventually(() => assert.equal(text(), 'id: 1\n\nid: 2\n\n'), { withinMs: 5_000 })
})

test('when the reader goes the stream is let go', async t => {
  const { leave, gone, text } = await startStream(t)
  await eventually(() => assert.notEqual(text(), ''), { withinMs: 5_000 })

  leave()

  await eventually(() => assert.equal(gone(), 1), { withinMs: 5_000 })
})

test('when the lab ends a stream its reader hears of it', async t => {
  const { streams, reading } = await startStream(t)

  streams[0]?.end()

  await reading
})
