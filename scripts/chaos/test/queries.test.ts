// What chaos asks Prometheus: expressions that parse, of series that the rules write or somebody exports.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { findLeftovers } from '../after-checks.ts'
import { findEarlyPages, readInheritedBurn } from '../inherited-burn.ts'
import { apiDead } from '../scenarios/api-dead.ts'
import { paymentsFailing } from '../scenarios/payments-failing.ts'
import { failedDurations, readCounts, readObjective, readPace, readPeriodSeconds } from '../sli.ts'
import { findTrouble } from '../steady-state.ts'
import { FakeWorld } from './fake-world.ts'

async function collectQueries(): Promise<Set<string>> {
  const world = new FakeWorld()
  const asked = new Set<string>()
  const { query } = world.prometheus
  world.prometheus.query = async expression => {
    asked.add(expression)
    return query(expression)
  }
  const { prometheus, lab, containers } = world
  for (const scenario of [paymentsFailing, apiDead]) await findTrouble({ prometheus, lab, containers }, scenario)
  await readInheritedBurn(prometheus)
  await findEarlyPages(prometheus, paymentsFailing)
  await readPace(prometheus)
  await readPeriodSeconds(prometheus)
  for (const slo of ['availability', 'latency'] as const) {
    const sli = { journey: 'checkout', slo }
    const objective = await readObjective(prometheus, sli)
    assert.ok(objective)
    await readCounts(prometheus, sli, objective)
    asked.add(failedDurations(sli))
  }
  await findLeftovers({ lab, prometheus, checkBooks: async () => [] })
  return asked
}

/** Names of metrics and recorded series in an expression. */
function namesOf(expression: string): string[] {
  const names: string[] = []
  parser.parse(expression).iterate({
    enter: node => {
      assert.ok(!node.type.isError, `${expression} at ${node.from}`)
      if (node.name === 'VectorSelector') {
        const identifier = node.node.getChild('Identifier')
        if (identifier) names.push(expression.slice(identifier.from, identifier.to))
      }
    },
  })
  return names
}

test('every query parses, and asks for what is recorded or registered', async () => {
  const root = new URL('../../../', import.meta.url)
  const known = ['docs/telemetry.md', 'prometheus/rules/real/slo-budget.yml', 'prometheus/rules/real/slo-fast.yml']
    .map(file => readFileSync(new URL(file, root), 'utf8'))
    .join('\n')

  const names = [...(await collectQueries())].flatMap(namesOf)

  assert.ok(names.length > 10)
  assert.deepEqual(
    [...new Set(names)].filter(name => !known.includes(name.replace(/_(bucket|count)$/, ''))),
    [],
  )
})
