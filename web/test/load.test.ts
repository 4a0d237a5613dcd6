import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'

// The router looks at the address when it is loaded.
Object.assign(globalThis, { location: new URL('http://store.example/orders/a-1') })
const { load } = await import('../src/load.ts')
const { change, local } = await import('../src/local.ts')
const { arrive, here } = await import('../src/router.ts')
const { drawBy } = await import('../src/live.ts')

/** The shopper takes a step to another page. */
const moveOn = () => arrive({ ...here(), step: here().step + 1 })

/** Draws by asking for the key again, as a page does; gives how often it drew, and what it saw last. */
function drawn<T>(t: TestContext, key: string, ask: () => Promise<T>, isOver?: (data: T) => boolean) {
  const page = { draws: 0, seen: load(key, ask, isOver) }
  drawBy(() => {
    page.draws++
    page.seen = load(key, ask, isOver)
  })
  t.after(() => drawBy(() => {}))
  return page
}

/** Until what is under way in this turn has been drawn. */
const settle = () => new Promise(resolve => setImmediate(resolve))

test('a thing is asked for once while a page is shown, however often the page is drawn', async t => {
  let asked = 0
  const page = drawn(t, 'lamp', async () => ++asked)

  await settle()
  load('lamp', async () => ++asked)
  load('lamp', async () => ++asked)

  assert.deepEqual([asked, page.seen.data, page.draws], [1, 1, 1])
})

test('on the way back the old answer is shown until the new one is there, and stays when there is none', async t => {
  const page = drawn(t, 'pan', async () => 'old')
  await settle()

  moveOn()
  const meanwhile = load('pan', async () => 'new').data
  await settle()
  moveOn()
  load('pan', () => Promise.reject(new Error('no answer')))
  await settle()

  assert.equal(meanwhile, 'old')
  assert.deepEqual([page.seen.data, page.seen.error], ['new', undefined])
})

test('what could not be loaded says why, and is asked for again on demand alone', async t => {
  let asked = 0
  const page = drawn(t, 'tent', async () => {
    asked++
    if (asked === 1) throw new Error('no answer')
    return 'tent'
  })
  await settle()
  const error = page.seen.error

  await settle()
  const before = asked
  page.seen.again()
  await settle()

  assert.match(String(error), /no answer/)
  assert.deepEqual([before, asked, page.seen.data, page.seen.error], [1, 2, 'tent', undefined])
})

test('what could not be loaded once is asked for anew with the next step, and the trouble is forgotten', async t => {
  const answers = [Promise.reject(new Error('no answer')), Promise.resolve('lantern')]
  const page = drawn(t, 'lantern', async () => answers.shift())
  await settle()
  const { error } = page.seen

  moveOn()
  const meanwhile = load('lantern', async () => answers.shift()).error
  await settle()

  assert.match(String(error), /no answer/)
  assert.deepEqual([meanwhile, page.seen.data, page.seen.error], [undefined, 'lantern', undefined])
})

test('what is still going on is looked at until it is over', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const states = ['pending', 'reserved', 'confirmed', 'asked too often']
  const page = drawn(
    t,
    'order',
    async () => states.shift(),
    state => state === 'confirmed',
  )

  for (let looks = 0; looks < 6; looks++) {
    await settle()
    t.mock.timers.tick(5_000)
  }

  assert.deepEqual([page.seen.data, states.length, page.seen.isGivenUp], ['confirmed', 1, false])
})

test('what does not come to its end is given up, and says so', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  const page = drawn(
    t,
    'stuck order',
    async () => ++asked,
    () => false,
  )

  for (let looks = 0; looks < 200; looks++) {
    await settle()
    t.mock.timers.tick(5_000)
  }

  assert.ok(asked > 20 && asked < 100, `${asked} times`)
  assert.equal(page.seen.isGivenUp, true)
})

test('who has left the page looks no more', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let asked = 0
  load(
    'left order',
    async () => ++asked,
    () => false,
  )
  await settle()

  moveOn()
  t.mock.timers.tick(60_000)
  await settle()

  assert.equal(asked, 1)
})

test('a page remembers what it has to while it is shown, and no longer', () => {
  const state = local('checkout', { code: '' })
  change(state, { code: 'WELCOME10' })

  const drawnAgain = local('checkout', { code: '' }).code
  moveOn()

  assert.deepEqual([drawnAgain, local('checkout', { code: '' }).code], ['WELCOME10', ''])
})
