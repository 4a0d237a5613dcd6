import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answers } from '../error-look.ts'
import type { Container, Replicas } from '../replicas.ts'
import { type RollSettings, roll } from '../roll.ts'
import { readSettings } from '../settings.ts'
import type { Step } from '../steps.ts'

const good: Answers = { total: 200, failed: 0 }

interface World {
  /** What a replica of an image, the nth one started, is like. */
  readonly health?: (image: string, nth: number) => string
  readonly answers?: (image: string) => Answers
}

/** A service of two replicas of the image `old`, whose sources have become the image `new`. */
function makeWorld({ health = () => 'healthy', answers = () => good }: World = {}) {
  let nth = 0
  let tagged = 'new'
  let fewest = 2
  const running: (Container & { nth: number })[] = []
  const start = (imageId: string) => {
    nth++
    running.push({ id: `c${nth}`, name: `api-${nth}`, imageId, address: imageId, nth })
  }
  start('old')
  start('old')
  const steps: Step[] = []
  const replicas: Replicas = {
    list: async () => [...running],
    state: async ({ imageId, id }) => ({
      running: true,
      restarts: 0,
      health: health(imageId, Number(id.slice(1))),
    }),
    startUpTo: async count => {
      while (running.length < count) start(tagged)
    },
    recreate: async () => {
      running.splice(0, running.length)
      start(tagged)
    },
    stop: async ({ id }) => {
      running.splice(
        running.findIndex(one => one.id === id),
        1,
      )
      fewest = Math.min(fewest, running.length)
      return { seconds: 1.4, exitCode: 0 }
    },
    lastLines: async () => 'cannot read the configuration',
    useImage: async imageId => {
      tagged = imageId
    },
    currentImage: async () => tagged,
    keepAsPrevious: async () => 'techmart/services:previous',
  }
  let seconds = 0
  const parts = {
    replicas,
    errors: {
      read: async ([address]: readonly string[]) => answers(address ?? ''),
      budgetRatio: async () => 0.001,
    },
    tell: (step: Step) => steps.push(step),
    now: () => seconds++,
    everySeconds: 0.001,
    interrupted: new AbortController().signal,
  }
  return {
    parts,
    steps: () => steps.map(step => step.step),
    trouble: () => steps.flatMap(step => (step.step === 'trouble' ? step.trouble : [])).join(),
    images: () => running.map(({ imageId }) => imageId),
    tagged: () => tagged,
    fewest: () => fewest,
  }
}

const settings: RollSettings = { service: 'api', readyWithinSeconds: 30, watchSeconds: 5 }

test('replicas are replaced one at a time, never fewer than there were, and as many at the end', async () => {
  const world = makeWorld()

  assert.equal(await roll(world.parts, settings), true)

  assert.deepEqual(world.images(), ['new', 'new'])
  assert.equal(world.fewest(), 2)
  const one = ['started', 'ready', 'looked', 'stopped']
  assert.deepEqual(world.steps(), ['begun', ...one, ...one, 'done'])
})

test('a new replica that does not get ready goes again, and the old ones were never touched', async () => {
  const world = makeWorld({ health: image => (image === 'new' ? 'starting' : 'healthy') })

  assert.equal(await roll(world.parts, settings), false)

  assert.deepEqual(world.images(), ['old', 'old'])
  assert.equal(world.tagged(), 'old')
  assert.match(world.trouble(), /not ready within 30 s/)
})

test('a new replica that errs more than the old ones goes again', async () => {
  const world = makeWorld({ answers: image => (image === 'new' ? { total: 100, failed: 40 } : good) })

  assert.equal(await roll(world.parts, settings), false)

  assert.deepEqual(world.images(), ['old', 'old'])
  assert.match(world.trouble(), /40 of 100 failed \(40\.0 %, beside 0\.0 %/)
})

test('a repair is not kept out by what makes the old ones err as well', async () => {
  let asked = 0
  const world = makeWorld({ answers: () => ({ total: 100 * ++asked, failed: 40 * asked }) })

  assert.equal(await roll(world.parts, settings), true)

  assert.deepEqual(world.images(), ['new', 'new'])
})

test('a few failures are chance', async () => {
  const world = makeWorld({ answers: image => (image === 'new' ? { total: 100, failed: 4 } : good) })

  assert.equal(await roll(world.parts, settings), true)
})

test('when only a later replica fails, the old image is started again before the new one goes', async () => {
  const world = makeWorld({ health: (image, nth) => (image === 'new' && nth > 3 ? 'starting' : 'healthy') })

  assert.equal(await roll(world.parts, settings), false)

  assert.deepEqual(world.images(), ['old', 'old'])
  assert.equal(world.fewest(), 2)
})

test('who interrupts gets the old ones back', async () => {
  const world = makeWorld()

  assert.equal(await roll({ ...world.parts, interrupted: AbortSignal.abort() }, settings), false)

  assert.deepEqual(world.images(), ['old', 'old'])
})

test('a service that cannot run twice is replaced in place, and put back in place', async () => {
  const alone = { ...settings, alone: 'its port is published on this machine' }
  const world = makeWorld()
  assert.equal(await roll(world.parts, alone), true)
  assert.deepEqual(world.images(), ['new'])

  const bad = makeWorld({ health: image => (image === 'new' ? 'starting' : 'healthy') })
  assert.equal(await roll(bad.parts, alone), false)
  assert.deepEqual(bad.images(), ['old'])
})

test('the settings name what can be deployed, and why a service is replaced in place', () => {
  const image = 'techmart/services:0.1.0'
  const services = {
    api: { image },
    gateway: { image, ports: [{ published: '8080' }] },
    lab: { image },
    postgres: { image: 'postgres:17' },
  }

  assert.equal(readSettings({ SERVICE: 'api' }, services).alone, undefined)
  assert.match(readSettings({ SERVICE: 'gateway' }, services).alone ?? '', /published/)
  assert.match(readSettings({ SERVICE: 'lab' }, services).alone ?? '', /file of its own/)
  assert.throws(
    () => readSettings({ SERVICE: 'postgres', WATCH_SECONDS: 'long' }, services),
    /SERVICE is 'postgres'; there are: api, gateway, lab\.\nWATCH_SECONDS is 'long'/,
  )
})
