import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type AllOptions, runAll } from '../all-scenarios.ts'
import type { RunResult } from '../run-scenario.ts'
import { paymentsDead } from '../scenarios/payments-dead.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'
import { searchSlow } from '../scenarios/search-slow.ts'

const held: RunResult = {
  outcome: 'held',
  missed: [],
  extra: [],
  promises: [],
  timeline: [],
  spent: undefined,
  detectSeconds: 20,
  recoverSeconds: 10,
  resolveSeconds: 70,
}

/** A matrix of three scenarios whose results are given by name; what is not given could not begin. */
function prepareMatrix(t: TestContext, results: Readonly<Record<string, RunResult>>) {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-all-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const document = join(folder, 'chaos.md')
  writeFileSync(document, 'Before\n<!-- matrix lab -->\n<!-- end of matrix lab -->\nAfter\n')
  const run: string[] = []
  const stop = new AbortController()
  const start = (over: Partial<AllOptions> = {}) =>
    runAll({
      scenarios: [paymentsFailing, paymentsDead, searchSlow],
      only: undefined,
      speed: 'lab',
      waitResolved: true,
      tell: () => {},
      stop: stop.signal,
      folder,
      document,
      runOnFreshLab: async ({ name }) => {
        run.push(name)
        return results[name]
      },
      ...over,
    })
  return { start, run, stop, table: () => readFileSync(document, 'utf8') }
}

test('all are run in order, and the table takes its place in the document', async t => {
  const { start, run, table } = prepareMatrix(t, {
    'payments-failing': held,
    'payments-dead': held,
    'search-slow': held,
  })

  assert.equal(await start(), true)

  assert.deepEqual(run, ['payments-failing', 'payments-dead', 'search-slow'])
  assert.match(table(), /^Before\n.*\n3 of 3 held at `lab`[\s\S]*\| search-slow \|[\s\S]*After\n$/)
})

test('the next time only what did not hold is run again, or the one that is asked for', async t => {
  const { start, run } = prepareMatrix(t, {
    'payments-failing': held,
    'payments-dead': { ...held, outcome: 'broken', missed: ['A did not fire.'] },
  })
  assert.equal(await start(), false)
  run.length = 0

  await start()
  const isHeld = await start({ only: 'payments-failing' })

  assert.deepEqual(run, ['payments-dead', 'search-slow', 'payments-failing'])
  assert.equal(isHeld, true, 'who asks for one is not told of the others')
})

test('an interrupted matrix keeps what it has, and not the scenario that was cut off', async t => {
  const { start, run, stop, table } = prepareMatrix(t, { 'payments-failing': held })

  const done = await start({
    runOnFreshLab: async ({ name }) => {
      run.push(name)
      if (name === 'payments-dead') stop.abort()
      return held
    },
  })

  assert.equal(done, false)
  assert.deepEqual(run, ['payments-failing', 'payments-dead'])
  assert.match(table(), /1 of 1 held/)
  assert.match(table(), /Not run at this speed yet: .*payments-dead/)
})
