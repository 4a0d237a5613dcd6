import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawBy } from '../src/live.ts'
import { makeOnce } from '../src/logic/once.ts'
import { type Kept, makeStored } from '../src/logic/stored.ts'

/** What a browser keeps, until the test ends. */
function keep(content: Record<string, string> = {}): Kept & { content: Record<string, string> } {
  return {
    content,
    getItem: name => content[name] ?? null,
    setItem: (name, value) => {
      content[name] = value
    },
  }
}

const toCount = (raw: unknown) => (typeof raw === 'number' ? raw : 0)

test('a value outlives the page', () => {
  const storage = keep()
  makeStored(() => storage, 'count', toCount).set(7)

  assert.equal(makeStored(() => storage, 'count', toCount).get(), 7)
})

test('what is no good is read as nothing', () => {
  for (const spoilt of ['"seven"', '{', 'undefined', 'null']) {
    assert.equal(makeStored(() => keep({ count: spoilt }), 'count', toCount).get(), 0)
  }
})

test('where the browser keeps nothing the value lasts as long as the page', () => {
  const refuse = (): Kept => {
    throw new Error('SecurityError')
  }
  const count = makeStored(refuse, 'count', toCount)

  count.set(3)

  assert.equal(count.get(), 3)
})

test('several changes in one turn are drawn once, and as they are in the end', async t => {
  const drawn: number[] = []
  const kept = keep()
  const count = makeStored(() => kept, 'count', toCount)
  drawBy(() => drawn.push(count.get()))
  t.after(() => drawBy(() => {}))

  count.set(1)
  count.set(2)
  await Promise.resolve()

  assert.deepEqual(drawn, [2])
})

const order = { email: 'shopper@example.com', items: [{ productId: 11, quantity: 2 }] }
const makeTry = (storage: Kept) =>
  makeOnce(
    makeStored(
      () => storage,
      'try',
      raw => String(raw ?? ''),
    ),
  )

test('the same order has the same key until its answer is known, after a reload, too', () => {
  const storage = keep()
  const first = makeTry(storage)
  const key = first.keyOf(order)

  assert.match(key, /^[0-9a-f-]{36}$/)
  assert.equal(first.keyOf({ ...order }), key)
  assert.equal(makeTry(storage).keyOf(order), key)
})

test('another order has another key, and so has the same one after its answer', () => {
  const attempt = makeTry(keep())
  const key = attempt.keyOf(order)

  const other = attempt.keyOf({ ...order, items: [{ productId: 11, quantity: 3 }] })
  attempt.done()
  const again = attempt.keyOf(order)

  assert.equal(new Set([key, other, again]).size, 3)
})
