// One to three bad events never speak, whatever the age of the stack and however quiet the journey; and it is the guards that
// keep them quiet: without them the same cases speak. More than a thousand journeys, each a case of its own.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type RuleCases, runRuleCases } from './rules-promtool.ts'
import { evenly, type InputSeries, type JourneyEvent, makeChance, simulateJourney } from './rules-simulation.ts'

/** How long a case is watched after its last bad event. */
const observedSeconds = 120

interface Stray {
  readonly journey: string
  readonly ageSeconds: number
  readonly events: readonly JourneyEvent[]
}

const between = (chance: () => number, low: number, high: number): number => low * (high / low) ** chance()

/** Start age 10 s to 1 h, 0.05 to 5 events a second, one to three of them failed or slow within ten seconds. */
function makeStrays(count: number, seed: number): Stray[] {
  const chance = makeChance(seed)
  return Array.from({ length: count }, (_unused, index): Stray => {
    const ageSeconds = Math.round(between(chance, 10, 3_600))
    const perSecond = between(chance, 0.05, 5)
    const slow = chance() < 0.4
    const stray = slow ? ({ outcome: 'ok', durationMs: 1_700 } as const) : ({ outcome: 'failed' } as const)
    const bad = Array.from({ length: 1 + Math.floor(3 * chance()) }, () => ({
      ...stray,
      atSeconds: ageSeconds - 10 * chance(),
    }))
    return {
      journey: `stray-${index}`,
      ageSeconds,
      events: [...evenly(perSecond, 0, ageSeconds + observedSeconds), ...bad],
    }
  }).sort((a, b) => a.ageSeconds - b.ageSeconds)
}

/** Journeys of about the same age together, so that the many young ones need no hour. */
function toBatches(strays: readonly Stray[], size: number): Stray[][] {
  return Array.from({ length: Math.ceil(strays.length / size) }, (_unused, index) =>
    strays.slice(index * size, (index + 1) * size),
  )
}

const everSpoke = 'count by (cuj_name) (max_over_time(ALERTS{alertname=~"Journey.*", alertstate="firing"}[2h]))'

function toCases(speed: string, batch: readonly Stray[], expr: string, rest: Partial<RuleCases> = {}): RuleCases {
  const oldest = Math.max(...batch.map(stray => stray.ageSeconds))
  const untilSeconds = oldest + observedSeconds
  const evaluateEverySeconds = oldest > 900 ? 15 : 5
  const series: InputSeries[] = batch.flatMap(stray =>
    simulateJourney(stray.journey, stray.events, stray.ageSeconds + observedSeconds, [1_000]),
  )
  const samples = rest.rewrite ? [{ labels: '{}', value: 1 }] : []
  return {
    speed,
    evaluateEverySeconds,
    ...rest,
    cases: [{ name: 'strays', intervalSeconds: 5, series, expect: [{ expr, atSeconds: untilSeconds, samples }] }],
  }
}

const guards = /\n *and on \(cuj_name, slo\)\n *(slo:sli_bad:increase\w+ >= \d+|count_over_time\(.*\) >= 10)/g

for (const [speed, seed] of [
  ['real', 11],
  ['lab', 12],
] as const) {
  describe(`at the speed ${speed}`, { concurrency: 2 }, () => {
    for (const batch of toBatches(makeStrays(520, seed), 65)) {
      const [first, last] = [batch[0]?.ageSeconds, batch.at(-1)?.ageSeconds]
      test(`one to three bad events on stacks ${first} to ${last} s old stay silent (${batch.length} journeys)`, async t => {
        const cases = toCases(speed, batch, everSpoke, { files: ['slo-fast', 'slo-slow'] })

        const result = await runRuleCases(t, cases)

        assert.equal(result.code, 0, result.output)
      })
    }

    test('without the guards half of such cases speak', async t => {
      const batch = makeStrays(60, seed)
      const expr = `count(${everSpoke}) > bool 29`
      const withoutGuards = { files: ['slo-fast', 'slo-slow'], rewrite: (text: string) => text.replace(guards, '') }

      const result = await runRuleCases(t, toCases(speed, batch, expr, withoutGuards))

      assert.equal(result.code, 0, result.output)
    })
  })
}
