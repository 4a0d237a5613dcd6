// What the same windows cost without recorded counts: the shares of bad events as most hand-written and generated rules take them,
// a plain rate over every raw sample of the window. Both SLOs of all journeys, at the pace of our own rules.
import { stringify } from 'yaml'
import { spans } from '../../scripts/slo/names.ts'
import type { Speed } from '../../scripts/slo/windows.ts'

function ratios(window: string, bound: string) {
  const rate = (counter: string) => `sum by (cuj_name) (rate(${counter}[${window}]))`
  return [
    {
      record: `plain:sli_error:ratio_rate${window}`,
      expr: `${rate(spans.failed)} / ${rate(spans.all)}`,
      labels: { slo: 'availability' },
    },
    {
      record: `plain:sli_error:ratio_rate${window}`,
      expr: `1 - ${rate(spans.timedUnder(bound))} / ${rate(spans.timed)}`,
      labels: { slo: 'latency' },
    },
  ]
}

/** A group a window: a window that costs more than its pace would hold up the others. */
export function baselineRules(speed: Speed): string {
  const windows = [
    ...speed.tiers.flatMap(({ short, long, evaluate }) =>
      [short, long].map(({ window }) => ({ window, interval: evaluate.text })),
    ),
    { window: speed.period, interval: '1m' },
  ]
  const seen = new Set<string>()
  return stringify({
    groups: windows.flatMap(({ window, interval }) => {
      if (seen.has(window.text)) return []
      seen.add(window.text)
      return [{ name: `plain-${window.text}`, interval, rules: ratios(window.text, '1000') }]
    }),
  })
}
