import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findLeft, type Matrix, putTable, toRow, toTable } from '../matrix.ts'
import type { RunResult } from '../run-scenario.ts'
import { paymentsDead } from '../scenarios/payments-dead.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'

const two = [paymentsFailing, paymentsDead]
const held: RunResult = {
  outcome: 'held',
  missed: [],
  extra: [],
  promises: [
    {
      alert: 'JourneyBurnsFast of checkout (availability)',
      limitSeconds: 174,
      firingSeconds: 104.2,
      notifiedSeconds: 104.9,
      resolvedSeconds: 402,
    },
  ],
  timeline: [],
  spent: undefined,
  detectSeconds: 104.9,
  recoverSeconds: 10.2,
  resolveSeconds: 297,
}
const matrixOf = (...results: (readonly [typeof paymentsDead, RunResult | undefined])[]): Matrix =>
  Object.fromEntries(results.map(([scenario, result]) => [scenario.name, toRow(scenario, '2026-11-21', result)]))

test('what held is not run again; what was broken, refused or never run is', () => {
  assert.deepEqual(findLeft(two, matrixOf([paymentsFailing, held])), [paymentsDead])
  assert.deepEqual(
    findLeft(two, matrixOf([paymentsFailing, { ...held, outcome: 'broken' }], [paymentsDead, undefined])),
    two,
  )
})

test('a row says what was promised and fired, and the seconds to detect, recover and resolve', () => {
  const lines = toTable(two, matrixOf([paymentsFailing, held]), 'real').split('\n')

  assert.match(lines[0] ?? '', /^1 of 1 held at `real`.*2026-11-21/)
  assert.ok(
    lines.includes(
      '| payments-failing | JourneyBurnsFast of checkout (availability) ≤ 174 s | 1 of 1: 104 s | – | – | 105 s | 10 s | 297 s |',
    ),
    lines.join('\n'),
  )
  assert.equal(lines[1], 'Not run at this speed yet: payments-dead.')
})

test('what fired too late does not count as fired, and what is missing or extra stands in its column', () => {
  const late = {
    ...held.promises[0],
    alert: 'A',
    limitSeconds: 100,
    firingSeconds: 130,
    notifiedSeconds: 131,
    resolvedSeconds: undefined,
  }
  const result = {
    ...held,
    outcome: 'broken',
    promises: [late],
    missed: ['A fired late.'],
    extra: ['B: nobody promised it'],
  } as const

  const table = toTable([paymentsFailing], matrixOf([paymentsFailing, result]), 'lab')

  assert.match(
    table,
    /\| payments-failing \(broken\) \| A ≤ 100 s \| 0 of 1: 130 s \| A fired late\. \| B: nobody promised it \|/,
  )
})

test('the table takes the place of the one before, and leaves the rest of the document alone', () => {
  const document = 'Before\n<!-- matrix lab -->\nold\n<!-- end of matrix lab -->\nAfter\n'

  const once = putTable(document, 'lab', 'new\n')

  assert.equal(once, 'Before\n<!-- matrix lab -->\nnew\n<!-- end of matrix lab -->\nAfter\n')
  assert.equal(putTable(once, 'lab', 'new\n'), once)
  assert.throws(() => putTable(document, 'real', 'new\n'), /no place for the matrix at real/)
})
