// Dashboards, rules and runbooks against the lab that they speak of: no query is refused, none names what is not there, and the
// shoppers' own traffic fills every panel.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sampleDataSeries } from '../../history/build-history.ts'
import {
  type Asked,
  askPanels,
  dashboardQueries,
  findDead,
  listedAs,
  refusalOf,
  ruleQueries,
  runbookQueries,
} from './asked.ts'
import { eventually } from './lab.ts'
import { absentInPeace, emptyInPeace } from './only-under-faults.ts'

/** Made by the lab's own parts, but not by this stack: of a past that it starts without. */
const madeElsewhere: ReadonlySet<string> = new Set([...(process.env.HISTORY === 'off' ? [sampleDataSeries] : [])])

const groups: Readonly<Record<string, () => Promise<readonly Asked[]> | readonly Asked[]>> = {
  dashboards: dashboardQueries,
  rules: ruleQueries,
  runbooks: runbookQueries,
}

for (const [name, collect] of Object.entries(groups)) {
  test(`Prometheus refuses no query of the ${name}`, async t => {
    const asked = await collect()

    const refused: string[] = []
    for (const { where, expr } of asked) {
      const refusal = await refusalOf(expr)
      if (refusal !== undefined) refused.push(`${where}: ${expr}: ${refusal}`)
    }

    t.diagnostic(`${asked.length} queries of the ${name} ran`)
    assert.ok(asked.length > 20, `only ${asked.length} queries found`)
    assert.deepEqual(refused, [])
  })

  test(`the ${name} name no metric and no label that the lab does not have`, async t => {
    const asked = await collect()

    const unexplained = await eventually(
      async () => {
        const dead = await findDead(asked, 1)
        const left = [...dead].filter(([what]) => !(what in absentInPeace) && !madeElsewhere.has(what))
        assert.deepEqual(left, [])
        return left
      },
      { withinMs: 120_000, everyMs: 5_000 },
    )

    t.diagnostic(`dead metrics and labels in the ${name}: ${unexplained.length}`)
  })
}

/** Sample data ends where the lab's own begins. */
const isOfThePast = ({ asker, kind }: { asker: string; kind: string }) => kind === 'mark' && asker === 'Sample data'

test('the traffic alone fills every panel within two minutes', async t => {
  const answers = await eventually(
    async () => {
      const found = await askPanels(120)
      const empty = found
        .filter(answer => !answer.hasData && !(listedAs(answer) in emptyInPeace) && !isOfThePast(answer))
        .map(({ name }) => name)
      assert.deepEqual(empty, [])
      return found
    },
    { withinMs: 120_000, everyMs: 5_000 },
  )

  const panels = answers.filter(({ kind }) => kind === 'panel')
  t.diagnostic(
    `${panels.length} panels, ${panels.filter(({ hasData }) => hasData).length} with data in peace, ${panels.filter(({ hasData }) => !hasData).length} wait for a fault: ${panels
      .filter(({ hasData }) => !hasData)
      .map(({ name }) => name)
      .join(', ')}`,
  )
})
