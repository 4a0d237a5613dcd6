// The text that promtool is given.
import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { series } from '../../slo/names.ts'
import { buildHistory, sampleDataSeries, shownSeconds } from '../build-history.ts'
import { blockSeconds, linesOf, type Written, writeSlices } from '../open-metrics.ts'
import { makeIncrease } from '../recorded-series.ts'
import type { HistorySeries } from '../series.ts'
import { timesOf } from '../time-grid.ts'
import { makeRealPast, someSaturday, windows } from './real-settings.ts'

const hour = 3_600
const line = /^[a-z_:][a-z0-9_:]*(\{[a-z_]+="[^"\\]+"(,[a-z_]+="[^"\\]+")*\})? -?[0-9.]+(e-?[0-9]+)? [0-9]{10}$/

for (const speedName of ['real', 'lab'] as const) {
  describe(speedName, () => {
    const speed = windows[speedName]
    const past = makeRealPast(speedName)
    const history = buildHistory(past, speed)
    const find = (text: string): HistorySeries => {
      const found = history.find(one => one.series === text)
      assert.ok(found, `${text} is not seeded`)
      return found
    }
    const samplesOf = (one: HistorySeries): { value: number; time: number }[] =>
      [...linesOf(one, someSaturday, 0, Number.POSITIVE_INFINITY)].map(text => {
        const [time, value] = text.trim().split(' ').map(Number).toReversed() as [number, number]
        return { time, value }
      })
    let [written, texts] = [{} as Written, [] as { slice: number; lines: string[] }[]]

    before(() => {
      const folder = mkdtempSync(join(tmpdir(), 'history-'))
      try {
        written = writeSlices(folder, history, someSaturday)
        texts = readdirSync(folder).map(file => ({
          slice: Number.parseInt(file, 10),
          lines: readFileSync(join(folder, file), 'utf8').split('\n'),
        }))
      } finally {
        rmSync(folder, { recursive: true })
      }
    })

    test('every line is a sample, and every slice ends as OpenMetrics wants it', () => {
      let samples = 0
      for (const { lines } of texts) {
        assert.deepEqual(lines.splice(-2), ['# EOF', ''])
        assert.equal(
          lines.find(text => !line.test(text)),
          undefined,
        )
        samples += lines.length
      }
      assert.equal(samples, written.samples)
      assert.ok(samples > 500_000)
    })

    test('a slice holds the samples of one block, each series in the order of its times', () => {
      for (const { slice, lines } of texts) {
        const latest = new Map<string, number>()
        for (const text of lines) {
          const end = text.lastIndexOf(' ')
          const [name, time] = [text.slice(0, text.lastIndexOf(' ', end - 1)), Number(text.slice(end + 1))]
          assert.equal(Math.floor(time / blockSeconds), slice)
          assert.ok(time > (latest.get(name) ?? 0), text)
          latest.set(name, time)
        }
      }
    })

    test('no series is there twice', () => {
      assert.equal(new Set(history.map(one => one.series)).size, history.length)
    })

    test('nothing is thinner than what Prometheus looks back at, and all but the mark ends at the seam', () => {
      for (const one of history) {
        const times = [...timesOf(one.stretches, someSaturday)]
        assert.ok(
          times.every((time, at) => at === 0 || time - (times[at - 1] ?? 0) <= 300),
          one.series,
        )
        assert.equal(times.at(-1), someSaturday - (one.series === sampleDataSeries ? 300 : 0), one.series)
      }
    })

    test('the mark of sample data lies over the whole span', () => {
      const samples = samplesOf(find(sampleDataSeries))

      assert.equal(samples[0]?.time, someSaturday - shownSeconds)
      assert.ok(samples.every(({ value }) => value === 1))
    })

    test('recorded counts tile the period: their sum is the budget that is said to be left', () => {
      const labels = '{cuj_name="checkout",slo="availability"}'
      const sum = (name: string) =>
        samplesOf(find(name + labels))
          .filter(({ time }) => time > someSaturday - speed.period.seconds)
          .reduce((all, { value }) => all + value, 0)
      const [bad, total] = [sum(series.badCount), sum(series.totalCount)]
      const left = samplesOf(find(series.budgetRemaining + labels)).at(-1)?.value ?? 0

      assert.ok(Math.abs(1 - bad / total / 0.001 - left) < 1e-3, `${bad} of ${total}, ${left} left`)
    })

    test('every tier finds the events that its guard looks for, back to the beginning of its long window', () => {
      for (const { short, long } of speed.tiers) {
        const samples = samplesOf(
          find(`${series.total(short.window.text)}{cuj_name="order-lookup",slo="availability"}`),
        )
        assert.ok(samples.length > 10)
        assert.ok((samples[0]?.time ?? someSaturday) <= someSaturday - long.window.seconds)
      }
    })

    test('raw counters rise by what the counts say', () => {
      const past6h = someSaturday - 6 * hour
      const span = (text: string) => {
        const samples = samplesOf(find(text)).filter(({ time }) => time >= past6h)
        return (samples.at(-1)?.value ?? 0) - (samples[0]?.value ?? 0)
      }
      const labels = (status: string) =>
        `{cuj_name="checkout",job="api",service_name="api",span_kind="SPAN_KIND_INTERNAL",span_name="cuj.checkout",status_code="STATUS_CODE_${status}"}`
      const checkout = past.promises.find(({ journey, slo }) => journey === 'checkout' && slo === 'availability')
      assert.ok(checkout)
      const all = makeIncrease(past, { ...speed, countsBeyond: { text: '1d', seconds: 24 * hour } })(
        checkout.total,
        { text: '6h', seconds: 6 * hour },
        someSaturday,
      )

      assert.equal(span(`techmart_calls_total${labels('OK')}`) + span(`techmart_calls_total${labels('ERROR')}`), all)
    })
  })
}
