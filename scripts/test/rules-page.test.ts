// The page (fast tier) in the situations that hand-written burn-rate rules get wrong, at both speeds. Times are promtool's: a
// flush each 5 s, an evaluation each 5 s; the way to the inbox is not in them.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { readWindows } from '../slo/windows.ts'
import { type Expectation, root, runRuleCases } from './rules-promtool.ts'
import { evenly, type InputSeries, type JourneyEvent, simulateJourney, spanLabels } from './rules-simulation.ts'

const windows = readWindows(await readFile(join(root, 'prometheus/slo/windows.yml'), 'utf8'))

const failed = { outcome: 'failed' } as const
const failedAtTheGateway = { outcome: 'failed', service: 'gateway' } as const
const slow = { outcome: 'ok', durationMs: 2_500 } as const

const firing = (labels: string): string => `ALERTS{alertname="JourneyBurnsFast", alertstate="firing"${labels}}`
const one = [{ labels: '{}', value: 1 }]

const pagesWithin = (journey: string, slo: string, start: number, seconds: number, atSeconds: number): Expectation => ({
  expr: `count(min_over_time(timestamp(${firing(`, cuj_name="${journey}", slo="${slo}"`)})[3h:5s]) - ${start} <= ${seconds})`,
  atSeconds,
  samples: one,
})

const neverPages = (atSeconds: number, labels = ''): Expectation => ({
  expr: `count by (cuj_name, slo) (max_over_time(${firing(labels)}[3h]))`,
  atSeconds,
  samples: [],
})

const isFiring = (atSeconds: number, expected: boolean): Expectation => ({
  expr: `count(${firing('')})`,
  atSeconds,
  samples: expected ? one : [],
})

const hasNoSample = (expr: string, atSeconds: number): Expectation => ({ expr, atSeconds, samples: [] })

/** Half fail: every second event. */
const halfFailing = (perSecond: number, from: number, to: number): JourneyEvent[] => [
  ...evenly(perSecond / 2, from, to),
  ...evenly(perSecond / 2, from, to, failed),
]

for (const speed of ['real', 'lab'] as const) {
  const [fast] = windows[speed].tiers
  if (!fast) throw new Error(`The speed ${speed} has no tiers.`)
  const [shortSeconds, longSeconds] = [fast.short.window.seconds, fast.long.window.seconds]
  /** A total outage at 99.9 %: long window × factor × budget, 51.84 s at real. */
  const floorSeconds = longSeconds * fast.factor * 0.001
  /** A flush and an evaluation, five seconds each. */
  const lagSeconds = 10
  /** Until ten bad events are there. */
  const guardSeconds = (perSecond: number) => 10 / perSecond

  async function run(t: TestContext, series: readonly InputSeries[], ...expect: Expectation[]): Promise<void> {
    const result = await runRuleCases(t, {
      speed,
      files: ['slo-fast'],
      evaluateEverySeconds: 5,
      cases: [{ name: t.name, intervalSeconds: 5, series, expect }],
    })

    assert.equal(result.code, 0, result.output)
  }

  describe(`at the speed ${speed}`, { concurrency: 2 }, () => {
    test('a total outage on a warm hour pages at the floor, whoever counts the failures and whoever declared the journey', t => {
      const end = longSeconds + 100
      const outage = (perSecond: number, how: Omit<JourneyEvent, 'atSeconds'>) => [
        ...evenly(perSecond, 0, longSeconds),
        ...evenly(perSecond, longSeconds, end, how),
      ]
      const series = [
        ...simulateJourney('checkout', outage(1.5, failed), end),
        ...simulateJourney('product-discovery', outage(5, failedAtTheGateway), end),
        ...simulateJourney('added-yesterday', outage(0.5, failedAtTheGateway), end),
        ...simulateJourney('quiet', outage(0.25, failed), end),
      ]
      const pages = (journey: string, perSecond: number) => {
        const within = Math.max(floorSeconds, guardSeconds(perSecond)) + lagSeconds
        return pagesWithin(journey, 'availability', longSeconds, within, end)
      }

      return run(
        t,
        series,
        pages('checkout', 1.5),
        pages('product-discovery', 5),
        pages('added-yesterday', 0.5),
        pages('quiet', 0.25),
        neverPages(end, ', slo="latency"'),
      )
    })

    test('half of the payments failing on a stack two minutes old, or from its first second, pages', t => {
      const series = [
        ...simulateJourney('checkout', [...evenly(1.5, 0, 120), ...halfFailing(1.5, 120, 240)], 240),
        ...simulateJourney('born-failing', halfFailing(1.5, 120, 240), 240),
      ]
      const within = guardSeconds(0.75) + lagSeconds

      return run(
        t,
        series,
        pagesWithin('checkout', 'availability', 120, within, 240),
        pagesWithin('born-failing', 'availability', 120, within, 240),
      )
    })

    test('a journey whose every event ever failed pages when ten have', t => {
      const series = simulateJourney('checkout', evenly(0.1, 60, 300, failedAtTheGateway), 300)

      return run(t, series, pagesWithin('checkout', 'availability', 60, guardSeconds(0.1) + lagSeconds, 300))
    })

    test('a real outage on a journey of one event in twenty seconds pages', t => {
      const end = longSeconds + 300
      const events = [...evenly(0.05, 0, longSeconds), ...evenly(0.05, longSeconds, end, failed)]

      return run(
        t,
        simulateJourney('rare', events, end),
        pagesWithin('rare', 'availability', longSeconds, guardSeconds(0.05) + 20 + lagSeconds, end),
      )
    })

    test('no errors yet is a ratio of 0, and silent', t => {
      const series = simulateJourney('checkout', evenly(2, 0, 120), 120)

      return run(t, series, neverPages(120), {
        expr: `slo:sli_error:ratio_rate${fast.short.window.text}`,
        atSeconds: 120,
        samples: ['availability', 'latency'].map(slo => ({
          labels: `slo:sli_error:ratio_rate${fast.short.window.text}{cuj_name="checkout", slo="${slo}"}`,
          value: 0,
        })),
      })
    })

    test('no traffic is no sample: the ratio ends with the window, and nothing pages for a journey that never had events', t => {
      const end = shortSeconds + 400
      const series = simulateJourney('checkout', evenly(2, 0, 60), end)

      return run(
        t,
        series,
        neverPages(end),
        hasNoSample(`slo:sli_error:ratio_rate${fast.short.window.text}`, end),
        hasNoSample('slo:current_burn_rate:ratio', end),
        hasNoSample('count({__name__=~"slo:sli_.*", cuj_name!="checkout"})', end),
      )
    })

    test('a healed outage stops paging when the short window is clean enough, and not before', t => {
      // When all but 1.44 % of the short window is healthy again: 296 s at real.
      const [start, healed] = [longSeconds, longSeconds + 120]
      const clearSeconds = shortSeconds - fast.factor * 0.001 * shortSeconds
      const end = healed + shortSeconds + 30
      const events = [...evenly(4, 0, start), ...evenly(4, start, healed, failed), ...evenly(4, healed, end)]

      return run(
        t,
        simulateJourney('checkout', events, end),
        isFiring(Math.floor(healed + clearSeconds - lagSeconds), true),
        isFiring(Math.ceil(healed + clearSeconds + lagSeconds), false),
        isFiring(end, false),
      )
    })

    test('a collector that restarts loses its counters: healthy journeys stay silent, an outage across it pages', t => {
      const end = longSeconds + 100
      const restart = (journey: string, status: string, before: number, after: number): InputSeries => {
        const [first, second] = [Math.floor(longSeconds / 5), 20]
        return {
          series: `techmart_calls_total{${spanLabels(journey, 'api', status)}}`,
          values: `0+${before}x${first} 0+${after}x${second}`,
        }
      }
      const series = [
        restart('healthy', 'OK', 10, 10),
        // 0.7 % of errors all along: half of what pages.
        restart('checkout', 'OK', 993, 993),
        restart('checkout', 'ERROR', 7, 7),
        restart('outage', 'OK', 10, 0),
        restart('outage', 'ERROR', 0, 10),
      ]

      return run(
        t,
        series,
        neverPages(end, ', cuj_name=~"healthy|checkout"'),
        pagesWithin('outage', 'availability', longSeconds, floorSeconds + 2 * lagSeconds, end),
      )
    })

    test('every event too slow pages after ten times as long as every event failed; one in eight never does', t => {
      const latencyFloor = longSeconds * fast.factor * 0.01
      const end = longSeconds + Math.ceil(latencyFloor / 5) * 5 + 60
      const [crawling, mostlyFine] = [
        [...evenly(2, 0, longSeconds), ...evenly(2, longSeconds, end, slow)],
        [...evenly(2, 0, longSeconds), ...evenly(1.75, longSeconds, end), ...evenly(0.25, longSeconds, end, slow)],
      ]
      const series = [
        ...simulateJourney('checkout', crawling, end),
        ...simulateJourney('order-lookup', mostlyFine, end),
        // 2.5 s is fine for a journey with ten seconds.
        ...simulateJourney('product-upload-job', crawling, end),
      ]

      return run(
        t,
        series,
        pagesWithin('checkout', 'latency', longSeconds, latencyFloor + lagSeconds, end),
        neverPages(Math.floor(longSeconds + latencyFloor - 5)),
        neverPages(end, ', cuj_name!="checkout"'),
        neverPages(end, ', slo="availability"'),
      )
    })

    test('bucket bounds in the scraped spelling count the same', t => {
      const end = longSeconds + Math.ceil((longSeconds * fast.factor * 0.01) / 5) * 5 + 60
      const events = [...evenly(2, 0, longSeconds), ...evenly(2, longSeconds, end, slow)]
      const series = simulateJourney('checkout', events, end).map(one => ({
        ...one,
        series: one.series.replace(/le="(\d+)"/, 'le="$1.0"'),
      }))

      return run(t, series, pagesWithin('checkout', 'latency', longSeconds, end - longSeconds, end))
    })

    test('spans that are no event of a journey count for nothing', t => {
      const counter = (labels: string): InputSeries => ({
        series: `techmart_calls_total{job="api", service_name="api", span_kind="SPAN_KIND_INTERNAL", status_code="STATUS_CODE_ERROR", ${labels}}`,
        values: '0+10x60',
      })
      const series = [
        counter('span_name="late.checkout", cuj_name="checkout"'),
        counter('span_name="POST /charges", cuj_name="checkout"'),
        counter('span_name="SELECT products"'),
        counter('span_name="cuj.nameless"'),
      ]

      return run(t, series, neverPages(300), hasNoSample('{__name__=~"slo:sli_.*"}', 300))
    })
  })
}
