// Each tier at its edge, at both speeds: one event in a hundred thousand below the factor it is silent, exactly on it silent,
// one above it fires; for availability and latency, for journeys that nobody declared.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readWindows, type SpeedName, type Tier } from '../slo/windows.ts'
import { root, runRuleCases } from './rules-promtool.ts'
import { type InputSeries, spanLabels } from './rules-simulation.ts'

const windows = readWindows(await readFile(join(root, 'prometheus/slo/windows.yml'), 'utf8'))

/** Events of one step: enough that one of them is a hundred-thousandth. */
const eventsPerStep = 100_000
const budget = { availability: 0.001, latency: 0.01 } as const

/** Every group runs at this pace in promtool; where windows are summed from counts it must be the counts' own. */
const pace: Record<SpeedName, Record<Tier['name'], { evaluate: number; sample: number }>> = {
  real: {
    fast: { evaluate: 15, sample: 5 },
    slow: { evaluate: 60, sample: 30 },
    steady: { evaluate: 300, sample: 60 },
    trickle: { evaluate: 300, sample: 60 },
  },
  lab: {
    fast: { evaluate: 5, sample: 5 },
    slow: { evaluate: 10, sample: 5 },
    steady: { evaluate: 30, sample: 15 },
    trickle: { evaluate: 60, sample: 15 },
  },
}

function steadyJourney(journey: string, slo: keyof typeof budget, badPerStep: number, steps: number): InputSeries[] {
  const rising = (perStep: number) => `0+${perStep}x${steps}`
  const good = eventsPerStep - badPerStep
  const ok = spanLabels(journey, 'api', 'OK')
  if (slo === 'availability') {
    return [
      { series: `techmart_calls_total{${ok}}`, values: rising(good) },
      { series: `techmart_calls_total{${spanLabels(journey, 'api', 'ERROR')}}`, values: rising(badPerStep) },
    ]
  }
  return [
    { series: `techmart_calls_total{${ok}}`, values: rising(eventsPerStep) },
    { series: `techmart_duration_milliseconds_count{${ok}}`, values: rising(eventsPerStep) },
    { series: `techmart_duration_milliseconds_bucket{${ok}, le="1000"}`, values: rising(good) },
    { series: `techmart_duration_milliseconds_bucket{${ok}, le="2000"}`, values: rising(eventsPerStep) },
  ]
}

for (const speed of ['real', 'lab'] as const) {
  describe(`at the speed ${speed}`, { concurrency: 2 }, () => {
    for (const tier of windows[speed].tiers) {
      test(`${tier.alert} fires just above ${tier.factor} times the budget's pace, and not on it or below`, async t => {
        const { evaluate, sample } = pace[speed][tier.name]
        const seconds = tier.long.window.seconds + 2 * evaluate
        const steps = Math.ceil(seconds / sample)
        const series = (['availability', 'latency'] as const).flatMap(slo => {
          const atFactor = Math.round(tier.factor * budget[slo] * eventsPerStep)
          return [
            ...steadyJourney(`${slo}-below`, slo, atFactor - 1, steps),
            ...steadyJourney(`${slo}-exactly`, slo, atFactor, steps),
            ...steadyJourney(`${slo}-above`, slo, atFactor + 1, steps),
          ]
        })

        const result = await runRuleCases(t, {
          speed,
          evaluateEverySeconds: evaluate,
          cases: [
            {
              name: tier.alert,
              intervalSeconds: sample,
              series,
              expect: [
                {
                  expr: `count by (cuj_name, slo) (ALERTS{alertname="${tier.alert}", alertstate="firing"})`,
                  atSeconds: seconds,
                  samples: [
                    { labels: '{cuj_name="availability-above", slo="availability"}', value: 1 },
                    { labels: '{cuj_name="latency-above", slo="latency"}', value: 1 },
                  ],
                },
              ],
            },
          ],
        })

        assert.equal(result.code, 0, result.output)
      })
    }
  })
}
