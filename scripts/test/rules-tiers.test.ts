// The three slower tiers over time: how long an outage must last before they speak, and that they wait until they have seen
// as much as their short window. The exact factors are in rules-edges.test.ts.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readWindows, type Tier } from '../slo/windows.ts'
import { type Expectation, root, runRuleCases } from './rules-promtool.ts'
import { evenly, simulateJourney } from './rules-simulation.ts'

const windows = readWindows(await readFile(join(root, 'prometheus/slo/windows.yml'), 'utf8'))
const failed = { outcome: 'failed' } as const

function firing(tier: Tier, atSeconds: number, journeys: readonly string[]): Expectation {
  return {
    expr: `count by (cuj_name) (ALERTS{alertname="${tier.alert}", alertstate="firing", slo="availability"})`,
    atSeconds,
    samples: journeys.map(journey => ({ labels: `{cuj_name="${journey}"}`, value: 1 })),
  }
}

for (const speed of ['real', 'lab'] as const) {
  const [, slow, steady] = windows[speed].tiers
  if (!slow || !steady) throw new Error(`The speed ${speed} has too few tiers.`)

  describe(`at the speed ${speed}`, { concurrency: 2 }, () => {
    test('an outage a little shorter than its floor leaves the warning silent, a little longer one raises it', async t => {
      const long = slow.long.window.seconds
      // 129.6 s at real, where it is noticed on a warm window.
      const floorSeconds = long * slow.factor * 0.001
      const [start, end] = [long, long + Math.ceil(floorSeconds / 60) * 60 + 120]
      const outage = (seconds: number) => [
        ...evenly(4, 0, start),
        ...evenly(4, start, start + seconds, failed),
        ...evenly(4, start + seconds, end),
      ]
      const series = [
        ...simulateJourney('shorter', outage(floorSeconds * 0.9), end),
        ...simulateJourney('longer', outage(floorSeconds * 1.1), end),
      ]

      const result = await runRuleCases(t, {
        speed,
        files: ['slo-fast', 'slo-slow'],
        evaluateEverySeconds: speed === 'real' ? 60 : 10,
        cases: [{ name: t.name, intervalSeconds: 5, series, expect: [firing(slow, end, ['longer'])] }],
      })

      assert.equal(result.code, 0, result.output)
    })

    for (const tier of [slow, steady]) {
      test(`${tier.alert} waits until the stack is as old as its short window`, async t => {
        const short = tier.short.window.seconds
        const end = short * 1.2
        // A tenth of the events fails, all along: more than enough for every tier.
        const series = simulateJourney('young', [...evenly(0.9, 0, end), ...evenly(0.1, 0, end, failed)], end)

        const result = await runRuleCases(t, {
          speed,
          files: ['slo-fast', 'slo-slow', 'slo-budget', 'slo-steady'],
          evaluateEverySeconds: Math.min(60, short / 30),
          cases: [
            {
              name: t.name,
              intervalSeconds: 5,
              series,
              expect: [firing(tier, Math.floor(short * 0.85), []), firing(tier, Math.floor(short * 1.15), ['young'])],
            },
          ],
        })

        assert.equal(result.code, 0, result.output)
      })
    }

    test('the budget of the period counts events, and is spent to the event', async t => {
      // 4,000 events, 3 of them failed: three quarters of what 99.9 % allows.
      const every = windows[speed].tiers[0]?.short.window.seconds ?? 60
      const ticks = 20
      const seconds = every * ticks
      const perTick = 4_000 / ticks
      const labels = (status: string) =>
        `cuj_name="checkout", service_name="api", span_name="cuj.checkout", status_code="STATUS_CODE_${status}"`
      const steps = seconds / 5
      const series = [
        { series: `techmart_calls_total{${labels('OK')}}`, values: `0+${(perTick * 5 * 0.99925) / every}x${steps}` },
        { series: `techmart_calls_total{${labels('ERROR')}}`, values: `0+${(perTick * 5 * 0.00075) / every}x${steps}` },
      ]

      const result = await runRuleCases(t, {
        speed,
        files: ['slo-fast', 'slo-budget'],
        evaluateEverySeconds: every,
        cases: [
          {
            name: t.name,
            intervalSeconds: 5,
            series,
            expect: [
              {
                expr: 'round(slo:period_error_budget_remaining:ratio{slo="availability"}, 0.001)',
                atSeconds: seconds,
                samples: [{ labels: '{cuj_name="checkout", slo="availability"}', value: 0.25 }],
              },
              {
                expr: `round(slo:sli_total:increase${windows[speed].period.text}{slo="availability"})`,
                atSeconds: seconds,
                samples: [{ labels: '{cuj_name="checkout", slo="availability"}', value: 4_000 }],
              },
            ],
          },
        ],
      })

      assert.equal(result.code, 0, result.output)
    })
  })
}
