// Journeys that are not like the others, at both speeds: a ninth that nobody declared, and one that is late without any event.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { compileRules } from '../slo/compile.ts'
import { series } from '../slo/names.ts'
import { readObjectives } from '../slo/objectives.ts'
import { readWindows } from '../slo/windows.ts'
import { root, runRuleCases } from './rules-promtool.ts'
import { evenly, type JourneyEvent, simulateJourney } from './rules-simulation.ts'

const windows = readWindows(await readFile(join(root, 'prometheus/slo/windows.yml'), 'utf8'))
const { journeys, defaults } = readObjectives(await readFile(join(root, 'prometheus/slo/objectives.yml'), 'utf8'))

const firing = (rest: string): string => `ALERTS{alertname="JourneyBurnsFast", alertstate="firing"${rest}}`

test('eight journeys are declared, and no rule but their objectives names one', async t => {
  const compiled = await compileRules(new URL('../../', import.meta.url))
  type Rule = { record?: string; alert?: string; expr: string; labels?: Record<string, string> }
  const rules = [...compiled]
    .filter(([path]) => path.includes('/real/'))
    .flatMap(([, text]) => (parse(text) as { groups: { rules: Rule[] }[] }).groups.flatMap(group => group.rules))

  // Freshness and payment are made of other series than spans, so that theirs are told of by name.
  const named = rules.filter(({ labels }) => labels?.cuj_name && !/freshness|payment/.test(labels.slo ?? ''))

  assert.equal(journeys.length, 8)
  assert.deepEqual(new Set(named.map(({ record }) => record)), new Set([series.objective, series.latencyThreshold]))
  assert.deepEqual(
    rules
      .filter(({ alert, expr }) => alert && journeys.some(({ name }) => expr.includes(name)))
      .map(({ alert }) => alert),
    [],
  )
  t.diagnostic(`${rules.length} rules for ${journeys.length} journeys, and as many for any ninth that nobody declares`)
})

for (const speed of ['real', 'lab'] as const) {
  const [fast] = windows[speed].tiers
  if (!fast) throw new Error(`The speed ${speed} has no tiers.`)
  const longSeconds = fast.long.window.seconds

  describe(`at the speed ${speed}`, { concurrency: 2 }, () => {
    test('a ninth journey that nobody declared has its SLOs and its page, its dead api included', async t => {
      const end = longSeconds + 100
      const outage = (how: Omit<JourneyEvent, 'atSeconds'>): JourneyEvent[] => [
        ...evenly(1, 0, longSeconds),
        ...evenly(1, longSeconds, end, how),
      ]
      const ninth = simulateJourney('gift-wrapping', outage({ outcome: 'failed' }), end)
      // api is dead: its own counts stop, and the gateway counts the failures.
      const withApiDead = simulateJourney('gift-cards', outage({ outcome: 'failed', service: 'gateway' }), end)
      const healthy = simulateJourney('gift-notes', evenly(1, 0, end), end)
      const slos = ['availability', 'latency'].map(slo => ({
        labels: `{cuj_name="gift-wrapping", slo="${slo}"}`,
        value: slo === 'latency' ? Number(defaults.latency.objective) : Number(defaults.availability),
      }))

      const result = await runRuleCases(t, {
        speed,
        files: ['slo-fast'],
        evaluateEverySeconds: 5,
        cases: [
          {
            name: t.name,
            intervalSeconds: 5,
            series: [...ninth, ...withApiDead, ...healthy],
            expect: [
              { expr: `count(${firing('')})`, atSeconds: longSeconds, samples: [] },
              {
                expr: 'sum by (cuj_name, slo) (slo:objective:ratio{cuj_name="gift-wrapping"})',
                atSeconds: longSeconds,
                samples: slos,
              },
              {
                expr: `count by (cuj_name, slo) (${firing('')})`,
                atSeconds: end,
                samples: ['gift-cards', 'gift-wrapping'].map(journey => ({
                  labels: `{cuj_name="${journey}", slo="availability"}`,
                  value: 1,
                })),
              },
            ],
          },
        ],
      })

      assert.equal(result.code, 0, result.output)
    })

    test('work that lies unfinished pages by its age alone, no event having come; work that is soon done does not', async t => {
      const journey = journeys.find(({ freshness }) => freshness)
      if (!journey?.freshness) throw new Error('No journey has a freshness objective.')
      const { gauge, limitSeconds, objective } = journey.freshness
      const checkSeconds = 15
      const stuckAt = longSeconds
      const byBurn = longSeconds * fast.factor * (1 - Number(objective))
      const byGuard = fast.long.badEvents * checkSeconds
      const pagesAt = stuckAt + limitSeconds + Math.max(byBurn, byGuard)
      const steps = (seconds: number) => Math.ceil(seconds / checkSeconds)
      const labels = (instance: string) => `${gauge}{job="api", service="api", instance="${instance}"}`
      const end = pagesAt + 4 * checkSeconds
      const healthy = `0+0x${steps(stuckAt)}`
      const expect = (atSeconds: number, isPaging: boolean) => ({
        expr: `count by (cuj_name, slo) (${firing('')})`,
        atSeconds: Math.round(atSeconds),
        samples: isPaging ? [{ labels: `{cuj_name="${journey.name}", slo="freshness"}`, value: 1 }] : [],
      })
      const run = (values: string, expectations: ReturnType<typeof expect>[]) =>
        runRuleCases(t, {
          speed,
          files: ['slo-fast'],
          evaluateEverySeconds: 5,
          cases: [
            {
              name: t.name,
              intervalSeconds: checkSeconds,
              series: [{ series: labels('172.18.0.9:3001'), values }],
              expect: expectations,
            },
          ],
        })

      const stuck = await run(`${healthy} 15+15x${steps(end - stuckAt)}`, [
        expect(pagesAt - 3 * checkSeconds, false),
        expect(end, true),
      ])
      const soonDone = await run(`${healthy} ${limitSeconds}x${steps(end - stuckAt)}`, [expect(end, false)])

      assert.equal(stuck.code, 0, stuck.output)
      assert.equal(soonDone.code, 0, soonDone.output)
    })
  })
}
