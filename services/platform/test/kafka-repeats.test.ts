// Whether a message that was handled before is an event of its journey: not when another delivery of it was counted, and once when
// an earlier try of the same delivery did it and could not say so.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { noFaults } from '@techmart/platform/faults'
import { noteRepeat } from '@techmart/platform/journey'
import { makeMessageHandler } from '@techmart/platform/kafka-messages'
import { buildMetrics } from '@techmart/platform/metrics'
import { collectSpans, fakeLog } from '@techmart/platform/testing'
import Type from 'typebox'
import Value from 'typebox/value'

const Lamp = Type.Object({ sku: Type.Integer() })

/** A delivery of one message to a handler that knows what it has written; the reply to the first writing is lost where asked. */
function buildDelivery(t: TestContext, { losesFirstReply }: { losesFirstReply: boolean }) {
  const { spans } = collectSpans(t)
  const written = new Set<number>()
  const handle = makeMessageHandler(
    { producer: { send: async () => {} }, log: fakeLog(), metrics: buildMetrics(), faults: noFaults },
    {
      topic: 'lamps.v1',
      group: 'test',
      schema: Lamp,
      retries: 1,
      signal: new AbortController().signal,
      isShape: value => Value.Check(Lamp, value),
      journey: { name: 'product-upload-job' },
      async handle({ sku }) {
        if (written.has(sku)) return noteRepeat()
        written.add(sku)
        if (losesFirstReply) throw new Error('the connection ended before the reply')
      },
    },
  )
  const deliver = () =>
    handle({
      topic: 'lamps.v1',
      partition: 1,
      message: {
        key: null,
        value: Buffer.from('{"sku":11}'),
        offset: '30',
        attributes: 0,
        timestamp: '0',
        headers: {},
      },
      heartbeat: async () => {},
      pause: () => () => {},
    })
  return { deliver, namesOfSpans: () => spans.map(span => span.name) }
}

test('what an earlier try of the same delivery did, without hearing so, is one event', async t => {
  const { deliver, namesOfSpans } = buildDelivery(t, { losesFirstReply: true })

  await deliver()

  assert.deepEqual(namesOfSpans(), ['cuj.product-upload-job'])
})

test('a second delivery of what was done is no event', async t => {
  const { deliver, namesOfSpans } = buildDelivery(t, { losesFirstReply: false })

  await deliver()
  await deliver()

  assert.deepEqual(namesOfSpans(), ['cuj.product-upload-job', 'late.product-upload-job'])
})
