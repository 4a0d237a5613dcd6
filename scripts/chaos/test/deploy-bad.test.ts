import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MarkRequest } from '@techmart/contracts/incident-routes'
import { type DeployParts, deployBad, deployGood } from '../deploy-bad.ts'
import { badDeploy } from '../scenarios/bad-deploy.ts'

const record = { id: 'b4d', scenario: badDeploy.name, actions: badDeploy.actions, isDone: true }

function buildParts({ trouble = [], ...over }: Partial<DeployParts> & { trouble?: string[] } = {}) {
  const marks: MarkRequest[] = []
  const lines: string[] = []
  const endings: number[] = []
  const parts: DeployParts = {
    lab: {
      postMark: async mark => {
        marks.push(mark)
      },
    },
    containers: {
      findTrouble: async () => trouble,
      breakForLater: async (_scenario, endsAtMs) => {
        endings.push(endsAtMs)
      },
    },
    undoRecorded: async () => record,
    tell: line => lines.push(line),
    now: () => 1_000_000,
    stop: new AbortController().signal,
    ...over,
  }
  return { parts, marks, lines, endings }
}

test('a bad deploy has an end of its own and is marked as a deploy', async () => {
  const { parts, marks, endings } = buildParts()

  assert.equal(await deployBad(parts, 60), true)

  assert.deepEqual(endings, [1_060_000])
  assert.deepEqual(
    marks.map(({ kind, service }) => ({ kind, service })),
    [{ kind: 'deploy', service: 'api' }],
  )
})

test('it is refused while something is broken already, and nothing is marked', async () => {
  const { parts, marks, lines, endings } = buildParts({ trouble: ['Broken already: kafka is stopped.'] })

  assert.equal(await deployBad(parts), false)

  assert.deepEqual([marks, endings], [[], []])
  assert.deepEqual(lines, ['Not deployed: Broken already: kafka is stopped.'])
})

test('Ctrl-C while it comes takes it back, and nothing is marked', async () => {
  let undone = 0
  const { parts, marks, lines } = buildParts({
    stop: AbortSignal.abort(),
    undoRecorded: async () => {
      undone++
      return record
    },
  })

  assert.equal(await deployBad(parts), false)

  assert.deepEqual([undone, marks, lines], [1, [], ['Not deployed.']])
})

test('taking it back is marked as a rollback; where there is none nothing is', async () => {
  const there = buildParts()
  const notThere = buildParts({ undoRecorded: async () => undefined })

  await deployGood(there.parts)
  await deployGood(notThere.parts)

  assert.deepEqual(
    there.marks.map(({ kind }) => kind),
    ['rollback'],
  )
  assert.deepEqual(notThere.marks, [])
})

test('a lab that cannot be reached for the mark stops no deploy', async () => {
  const { parts } = buildParts({ lab: { postMark: async () => Promise.reject(new Error('away')) } })

  assert.equal(await deployBad(parts), true)
})
