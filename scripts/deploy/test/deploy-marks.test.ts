import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeDeployMarks } from '../deploy-marks.ts'
import type { Step } from '../steps.ts'

const begun = (sameImage: boolean): Step => ({
  step: 'begun',
  service: 'api',
  replicas: 2,
  sameImage,
  previous: 'techmart/services:previous',
})
const started: Step = { step: 'started', container: 'techmart-api-3' }
const inPlace: Step = { step: 'in-place', service: 'lab', reason: 'it keeps a file' }
const rolledBack: Step = { step: 'rolled-back', replicas: 2 }

/** The kinds of marks that these steps leave. */
async function marksOf(steps: readonly Step[], { isBack = false } = {}): Promise<string[]> {
  const kinds: string[] = []
  const marks = makeDeployMarks(
    {
      add: async ({ kind, service }) => {
        assert.equal(service, 'api')
        kinds.push(kind)
      },
    },
    { service: 'api', isBack },
  )
  for (const step of steps) marks.follow(step)
  await marks.posted()
  return kinds
}

test('a deploy is marked once, however many replicas it replaces, and again when it goes back', async () => {
  assert.deepEqual(await marksOf([begun(false), started, started]), ['deploy'])
  assert.deepEqual(await marksOf([begun(false), started, rolledBack]), ['deploy', 'rollback'])
  assert.deepEqual(await marksOf([begun(false), inPlace, started]), ['deploy'])
})

test('taking a version back by hand is a rollback, and when that fails the version stays', async () => {
  assert.deepEqual(await marksOf([begun(false), started], { isBack: true }), ['rollback'])
  assert.deepEqual(await marksOf([begun(false), started, rolledBack], { isBack: true }), ['rollback', 'deploy'])
})

test('a restart of the same image, and what never began, leave no mark', async () => {
  assert.deepEqual(await marksOf([begun(true), started, rolledBack]), [])
  assert.deepEqual(await marksOf([begun(false)]), [])
})
