// Nothing secret or personal is in telemetry: known words are posted wherever one can, and looked for wherever something is kept.
// Each search must find a harmless marker that went the same way, so that a search that sees nothing cannot pass.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ask, compose, eventually, urls } from './lab.ts'
import {
  makePrivateWords,
  needlesOf,
  type Posted,
  postEverywhere,
  runStatements,
  sendPoison,
  startMarkedFault,
} from './private-words.ts'
import {
  alertsText,
  containersText,
  deadLetterHeadersText,
  exemplarsText,
  labelsText,
  lokiText,
  tracesText,
  traceText,
} from './telemetry-text.ts'

const words = makePrivateWords()
const sinceMs = Date.now() - 1_000
const topics = ['orders.placed.v1', 'users.created.v1']
const within = { withinMs: 60_000, everyMs: 1_000 }

let posted: Posted
let poisonTraces: readonly string[]

before(async () => {
  // What is looked through is then what this test did, and little else.
  await compose('pause', 'k6')
  try {
    posted = await postEverywhere(words)
    const fault = await startMarkedFault(words)
    assert.equal(fault.status, 201)
    after(() => ask(`${urls.store}/lab/faults/${fault.body.id}`, { method: 'DELETE' }))
    await runStatements(words)
    poisonTraces = await sendPoison(words, topics)
    const labels = { alertname: 'PrivacyProbe', severity: 'warning' }
    const endsAt = new Date(Date.now() + 30_000).toISOString()
    const alert = { labels, annotations: { summary: words.marker }, endsAt }
    const answer = await ask(`${urls.alertmanager}/api/v2/alerts`, { method: 'POST', json: [alert] })
    assert.equal(answer.status, 200)
  } finally {
    await compose('unpause', 'k6')
  }
})

/** Names what was found, with what stands around it. */
function assertNothingPrivate(text: string): void {
  const lower = text.toLowerCase()
  const found = needlesOf(words).flatMap(needle => {
    const at = lower.indexOf(needle.toLowerCase())
    return at < 0 ? [] : [`${needle}: …${text.slice(Math.max(0, at - 200), at + 100)}…`]
  })
  assert.deepEqual(found, [])
}

test('what was posted was taken where it could be, and refused without a failure where it could not', t => {
  const byStatus = Map.groupBy(posted.requests, ({ status }) => status)

  t.diagnostic([...byStatus].map(([status, all]) => `${all.length} × ${status}`).join(', '))
  assert.ok(posted.requests.length > 70)
  const statusOf = (name: string) => posted.requests.find(({ what }) => what === name)?.status
  assert.equal(statusOf('an upload'), 202)
  assert.equal(statusOf('an error of a page'), 204)
  assert.equal(statusOf('a wrong token'), 401)
  assert.ok(posted.requests.some(({ what, status }) => what === 'an order' && status === 201))
  assert.deepEqual(
    posted.requests.filter(({ status }) => status >= 500),
    [],
  )
})

test('no span holds an e-mail address, a card number or a token', async t => {
  // Each request's trace is there, with the marker that was its sender's name, before anything is looked for in it.
  for (const { what, traceId } of posted.requests) {
    await eventually(
      async () => assert.ok((await traceText(traceId)).includes(words.marker), `no trace of ${what}`),
      within,
    )
  }
  for (const traceId of poisonTraces) {
    await eventually(
      async () => assert.ok((await traceText(traceId)).includes('process'), 'no trace of a dead letter'),
      within,
    )
  }

  const { text, count } = await tracesText(sinceMs)

  t.diagnostic(`${count} traces looked through`)
  assert.ok(count >= posted.requests.length)
  assertNothingPrivate(text)
})

test('no line in Loki holds them, nor anything kept beside it; the statements of Postgres and the words of Kafka included', async () => {
  const text = await eventually(async () => {
    const found = await lokiText(sinceMs)
    for (const mark of [`fault started: ${words.marker}`, `${words.marker} slow`, `${words.marker} broken`])
      assert.ok(found.includes(mark), `'${mark}' has not arrived`)
    assert.ok(found.includes('moved to the dead letters'))
    return found
  }, within)

  assertNothingPrivate(text)
})

test('no container prints them', async () => {
  const text = await eventually(async () => {
    const found = await containersText(sinceMs)
    for (const mark of [`fault started: ${words.marker}`, `${words.marker} slow`, `${words.marker} broken`])
      assert.ok(found.includes(mark), `'${mark}' is not printed`)
    return found
  }, within)

  assertNothingPrivate(text)
})

test('no value of a label and no exemplar holds them', async () => {
  const labels = await eventually(async () => {
    const found = await labelsText()
    assert.ok(found.includes(words.marker), 'the marked fault is no label value yet')
    return found
  }, within)
  const exemplars = await eventually(async () => {
    const found = await exemplarsText(sinceMs)
    const isThere = posted.requests.some(({ traceId }) => found.includes(traceId))
    assert.ok(isThere, 'no exemplar of a request that was posted')
    return found
  }, within)

  assertNothingPrivate(labels)
  assertNothingPrivate(exemplars)
})

test('no delivered alert holds them', async () => {
  const text = await eventually(async () => {
    const found = await alertsText()
    assert.ok(found.includes('PrivacyProbe') && found.includes(words.marker), 'the marked alert was not delivered')
    return found
  }, within)

  assertNothingPrivate(text)
})

test('no header of a dead letter holds them', async () => {
  const text = await eventually(async () => {
    const found = await deadLetterHeadersText(topics.map(topic => `${topic}.dead`))
    for (const traceId of poisonTraces) assert.ok(found.includes(traceId), 'a poisoned message is no dead letter yet')
    return found
  }, within)

  assert.match(text, /"reason"/)
  assertNothingPrivate(text)
})
