// Two validators read the same contracts: ajv checks what comes over HTTP, TypeBox checks messages, replies and files. What one
// lets in and the other refuses is charged first and dead-lettered after.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { type TestContext, test } from 'node:test'
import { OrderPlaced } from '@techmart/contracts/order-events'
import { buildTestApp } from '@techmart/platform/testing'
import { badWordsOfFormats } from '@techmart/platform/testing-bad-values'
import Type, { type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import Value from 'typebox/value'

const { orderId: Uuid, placedAt: Timestamp, email: EmailAddress } = OrderPlaced.properties

const words = {
  uuid: {
    schema: Uuid,
    good: ['7b6c0a52-1f0e-4c53-9f0a-2d1c7a1b3e11', '7B6C0A52-1F0E-4C53-9F0A-2D1C7A1B3E11'],
  },
  'date-time': {
    schema: Timestamp,
    good: [
      '2026-02-03T04:05:06Z',
      '2026-02-03T04:05:06.007Z',
      '2028-02-29T23:59:59.123456789Z',
      '2026-02-03T04:05:06+05:30',
      '2026-02-03T04:05:06-08:00',
    ],
  },
  email: {
    schema: EmailAddress,
    good: [
      'ada@techmart.example',
      "Ada.O'Brien+lamps@Shop-11.techmart.example",
      `a@${'x'.repeat(63)}.com`,
      `a@11.${'x'.repeat(63)}.co`,
    ],
  },
} as const

/** What HTTP says of the word as a body's field, and as a part of the query. */
async function makeHttpCheck(t: TestContext, word: TSchema): Promise<(text: string) => Promise<boolean[]>> {
  const app = buildTestApp(t)
  const shape = Type.Object({ word })
  app.post('/bodies', { schema: { body: shape } }, async () => ({}))
  app.get('/queries', { schema: { querystring: shape } }, async () => ({}))
  return async text => {
    const replies = [
      await app.inject({ method: 'POST', url: '/bodies', payload: { word: text } }),
      await app.inject({ method: 'GET', url: `/queries?word=${encodeURIComponent(text)}` }),
    ]
    for (const reply of replies.filter(({ statusCode }) => statusCode !== 200)) {
      assert.match(reply.json().message, /\.word (is not a valid|must NOT)/)
    }
    return replies.map(({ statusCode }) => statusCode === 200)
  }
}

for (const [format, { schema, good }] of Object.entries(words)) {
  test(`HTTP and messages take the same words for a ${format}, and neither takes what is none`, async t => {
    const checkOverHttp = await makeHttpCheck(t, schema)
    const compiled = Compile(schema)
    const bad = badWordsOfFormats[format] ?? assert.fail(`no bad words for ${format}`)

    for (const [text, isGood] of [
      ...good.map(text => [text, true] as const),
      ...bad.map(text => [text, false] as const),
    ]) {
      const answers = [...(await checkOverHttp(text)), compiled.Check(text), Value.Check(schema, text)]
      assert.deepEqual(answers, [isGood, isGood, isGood, isGood], JSON.stringify(text))
    }
  })
}

test('whatever is a good time can be reckoned with and written by a database', () => {
  for (const text of words['date-time'].good) {
    assert.match(new Date(text).toISOString(), /^\d{4}-/, text)
  }
})

test('no contract names a format beside those that are held to the same words', async () => {
  const folder = new URL('../../contracts/src/', import.meta.url)
  const loose: string[] = []
  const look = (value: unknown, where: string, seen: Set<unknown>): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    const { type, format, pattern } = value as { type?: unknown; format?: unknown; pattern?: unknown }
    const known = words[format as keyof typeof words]?.schema as { readonly pattern?: unknown } | undefined
    if (type === 'string' && format !== undefined && (known === undefined || known.pattern !== pattern)) {
      loose.push(`${where}: ${String(format)}`)
    }
    for (const [name, part] of Object.entries(value)) look(part, `${where}.${name}`, seen)
  }

  for (const file of readdirSync(folder)) {
    for (const [name, value] of Object.entries(await import(new URL(file, folder).href))) {
      look(value, `${file} ${name}`, new Set())
    }
  }

  assert.deepEqual(loose, [])
})
