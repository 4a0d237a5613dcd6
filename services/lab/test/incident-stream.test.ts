// The live stream, over a real socket.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { listen } from '@techmart/platform/http-app'
import { eventually } from '@techmart/platform/testing'
import { checkout, startStory } from './incident-story.ts'

/** Collects the events of a stream until the test ends. */
async function openStream(t: TestContext, port: number, lastEventId?: number) {
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }
  const response = await fetch(`http://localhost:${port}/lab/incidents/stream`, { signal: leaving.signal, headers })
  let text = ''
  const reading = (async () => {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString()
    return 'ended'
  })().catch(() => 'cut')
  return {
    response,
    reading,
    leave: () => leaving.abort(),
    events: (): { id: number; state: string; title: string }[] =>
      text
        .split('\n')
        .filter(line => line.startsWith('data: '))
        .map(line => JSON.parse(line.slice('data: '.length))),
    ids: () => [...text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id)),
  }
}

async function startListening(t: TestContext) {
  const story = startStory(t)
  const listening = await listen(story.app, 0, { drainWaitMs: 0 })
  return { story, port: listening.port, listening }
}

test('a stream tells of each change as it comes', async t => {
  const { story, port } = await startListening(t)
  const stream = await openStream(t, port)

  await story.fire(checkout)
  await eventually(() => assert.equal(stream.events().length, 1), { withinMs: 5_000 })
  story.pass(60)
  await story.resolve(checkout)
  await eventually(() => assert.equal(stream.events().at(-1)?.state, 'resolved'), { withinMs: 5_000 })

  assert.match(stream.response.headers.get('content-type') ?? '', /^text\/event-stream/)
  assert.deepEqual(
    stream.events().map(({ id, state }) => [id, state]),
    [
      [1, 'open'],
      [1, 'resolved'],
    ],
  )
})

test('who comes back with the last id gets what was missed, and nothing twice', async t => {
  const { story, port } = await startListening(t)
  const first = await openStream(t, port)
  await story.fire(checkout)
  await eventually(() => assert.equal(first.ids().length, 1), { withinMs: 5_000 })
  first.leave()
  await eventually(() => assert.equal(story.deps.feed.size, 0), { withinMs: 5_000 })
  await story.resolve(checkout)

  const second = await openStream(t, port, first.ids().at(-1))
  const third = await openStream(t, port)

  await eventually(
    () =>
      assert.deepEqual(
        second.events().map(({ state }) => state),
        ['resolved'],
      ),
    { withinMs: 5_000 },
  )
  assert.deepEqual(third.events(), [])
})

test('streams are bounded', async t => {
  const { story, port } = await startListening(t)
  for (let n = 0; n < 20; n++) await openStream(t, port)

  const refused = await openStream(t, port)

  assert.equal(refused.response.status, 409)
  assert.equal(story.deps.feed.size, 20)
})

test('an end of the service ends its streams, and waits for none of them', { timeout: 5_000 }, async t => {
  const { port, listening } = await startListening(t)
  const stream = await openStream(t, port)

  await listening[Symbol.asyncDispose]()

  assert.equal(await stream.reading, 'ended')
})
