import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topics } from '@techmart/contracts/topics'
import Type from 'typebox'
import { findProblem, merge, readCorrections, readValue, replayable } from '../correct.ts'
import type { DeadLetter } from '../dead-letters.ts'
import { addMark, isDone, readMarks, toCommit } from '../marks.ts'

const Lamp = Type.Object({ sku: Type.Integer(), cents: Type.Integer() }, { additionalProperties: false })

const letter = (offset: string, raw: string): DeadLetter => ({
  offset,
  again: [],
  raw,
  key: 'order-11',
  at: new Date(),
  reason: 'the message has not the shape of lamps.v1',
  source: `lamps.v1/2/${offset}`,
  headers: {},
})

test('every topic with dead letters can be put back', () => {
  const dead = topics.filter(({ name }) => name.endsWith('.dead')).map(({ name }) => name.replace(/\.dead$/, ''))

  assert.deepEqual([...replayable.keys()].map(({ name }) => name).sort(), dead.sort())
})

test('a patch changes the fields that it names, takes away those it gives as null, and leaves the others', () => {
  const value = { sku: '11', cents: 130, note: 'fragile', at: { shelf: 1, row: 2 } }

  assert.deepEqual(merge(value, { sku: 11, note: null, at: { row: 3 } }), {
    sku: 11,
    cents: 130,
    at: { shelf: 1, row: 3 },
  })
})

test('a letter that is no JSON is shown as its text, and can be replaced', () => {
  const broken = letter('4', '{"sku": 11')

  assert.equal(readValue(broken), '{"sku": 11')
  assert.deepEqual(readCorrections(Lamp, [broken], [{ offset: '4', value: { sku: 11, cents: 130 } }]), [
    { letter: broken, value: { sku: 11, cents: 130 } },
  ])
})

test('one letter that still does not fit keeps all of them back, and is named with its field', () => {
  const waiting = [letter('4', '{}'), letter('5', '{}')]
  const entries = [
    { offset: '4', value: { sku: 11, cents: 130 } },
    { offset: '5', value: { sku: 'eleven', cents: 130 } },
    { offset: '6', value: { sku: 12, cents: 140 } },
  ]

  assert.throws(
    () => readCorrections(Lamp, waiting, entries),
    /Letter 5: sku must be integer\.\nLetter 6: does not wait.*\nNothing was put back\./,
  )
})

test('a letter that is named twice is put back by neither', () => {
  const entry = { offset: '4', value: { sku: 11, cents: 130 } }

  assert.throws(() => readCorrections(Lamp, [letter('4', '{}')], [entry, entry]), /stands twice/)
})

test('a value that fits has no problem', () => {
  assert.equal(findProblem(Lamp, { sku: 11, cents: 130 }), undefined)
  assert.equal(findProblem(Lamp, 'lamp'), 'the message must be object')
})

test('marks survive being committed: letters in any order, each done once', () => {
  let marks = readMarks('-1', null)
  for (const offset of ['7', '3', '5', '4']) {
    marks = addMark(marks, offset, '3')
    const { offset: next, metadata } = toCommit(marks)
    marks = readMarks(next, metadata)
  }

  assert.deepEqual(toCommit(marks), { offset: '6', metadata: '7' })
  assert.deepEqual(
    ['2', '3', '4', '5', '6', '7', '8'].filter(offset => isDone(marks, offset)),
    ['2', '3', '4', '5', '7'],
  )
})

test('letters that Kafka has removed do not hold the marks up', () => {
  const marks = addMark(readMarks('2', '9'), '8', '8')

  assert.deepEqual(toCommit(marks), { offset: '10', metadata: '' })
})

test('more single marks than Kafka can keep are refused before anything is sent', () => {
  let marks = readMarks('0', null)

  assert.throws(() => {
    for (let offset = 1; offset < 5_000; offset += 2) marks = addMark(marks, String(offset), '0')
  }, /put the older ones back first/)
})
