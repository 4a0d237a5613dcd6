// What shoppers' browsers tell: how quickly pages came, how quickly they answered, how much they jumped, what broke in them.
import { logsLink } from './frame.ts'
import { buildGraph, buildStat, type Step } from './panels.ts'
import { buildTable } from './table-panel.ts'
import { type VitalWords, vitals } from './web-vitals.ts'

const noReport = 'no browser told yet'

const labelled = (labels: string, more: string): string => {
  const matchers = [labels, more].filter(Boolean).join(', ')
  return matchers === '' ? '' : `{${matchers}}`
}

/** The 75th percentile is what web.dev judges by. `>= 0` takes the NaN of no reports away. */
const p75 = ({ series, labels }: VitalWords, window: '$__range' | '$__rate_interval'): string =>
  `histogram_quantile(0.75, sum by (le) (increase(${series}_bucket${labelled(labels, '')}[${window}]))) >= 0`

/** Both spellings of a bound: as it was sent, and as Prometheus stores it (4 and 4.0). */
const boundPattern = (bound: number): string => `${String(bound).replace('.', '\\\\.')}(\\\\.0)?`

const reports = ({ series, labels }: VitalWords, bound?: number): string =>
  bound === undefined
    ? `sum(increase(${series}_count${labelled(labels, '')}[$__range]))`
    : `sum(increase(${series}_bucket${labelled(labels, `le=~"${boundPattern(bound)}"`)}[$__range]))`

type Band = 'good' | 'middling' | 'poor'

const shareOf = (vital: VitalWords, band: Band): string => {
  const all = `(${reports(vital)} > 0)`
  const good = reports(vital, vital.goodUpTo)
  const notPoor = reports(vital, vital.poorAbove)
  if (band === 'good') return `${good} / ${all}`
  return band === 'poor' ? `1 - ${notPoor} / ${all}` : `(${notPoor} - ${good}) / ${all}`
}

/** One row a vital: sums have no labels, so that each is given the vital's name. */
const ofEach = (expr: (vital: VitalWords) => string): string =>
  vitals.map(vital => `label_replace(${expr(vital)}, "vital", "${vital.name}", "", "")`).join(' or ')

const vitalSteps = ({ goodUpTo, poorAbove }: VitalWords): readonly Step[] => [
  [null, 'green'],
  [goodUpTo, 'yellow'],
  [poorAbove, 'red'],
]

const inWords = ({ goodUpTo, poorAbove, unit }: VitalWords): string =>
  `Good is up to ${goodUpTo}${unit === 's' ? ' s' : ''}, poor above ${poorAbove}${unit === 's' ? ' s' : ''} (web.dev/vitals).`

const errorLogs = logsLink('What browsers said', '{service_name="web"} | detected_level="error"')

export const browsers = [
  ...vitals.map(vital =>
    buildStat({
      title: vital.name,
      description: `${vital.says} The 75th percentile in the dashboard's time range. ${inWords(vital)}`,
      queries: [{ expr: p75(vital, '$__range'), legend: vital.name }],
      width: 4,
      height: 6,
      unit: vital.unit,
      // Seconds are shortened to milliseconds, which need no fraction.
      ...(vital.unit === 'none' && { decimals: 2 }),
      steps: vitalSteps(vital),
      noValue: noReport,
    }),
  ),
  buildTable({
    title: 'Good, middling and poor visits',
    description:
      "The share of reports in the dashboard's time range that were good and poor by web.dev's bounds, and those between. Good is at least 75 % good in each line: that is when the 75th percentile is good.",
    width: 12,
    height: 6,
    rows: { vital: 'Vital' },
    columns: [
      {
        query: { expr: ofEach(vital => shareOf(vital, 'good')), legend: 'Good' },
        unit: 'percentunit',
        decimals: 1,
        steps: [
          [null, 'orange'],
          [0.75, 'green'],
        ],
        barTo: 1,
      },
      {
        query: { expr: ofEach(vital => shareOf(vital, 'middling')), legend: 'Middling' },
        unit: 'percentunit',
        decimals: 1,
      },
      {
        query: { expr: ofEach(vital => shareOf(vital, 'poor')), legend: 'Poor' },
        unit: 'percentunit',
        decimals: 1,
      },
      { query: { expr: ofEach(vital => reports(vital)), legend: 'Reports' }, unit: 'locale', decimals: 0 },
    ],
    noValue: noReport,
  }),
  ...vitals.map(vital =>
    buildGraph({
      title: vital.title,
      description: `The 75th percentile. ${inWords(vital)}`,
      queries: [{ expr: p75(vital, '$__rate_interval'), legend: '75 % within' }],
      width: 8,
      unit: vital.unit,
      min: 0,
      softMax: vital.goodUpTo,
      minStep: '5m',
      steps: vitalSteps(vital),
      noValue: noReport,
    }),
  ),
  buildGraph({
    title: 'Page loads a minute',
    description:
      'Pages whose browsers told how the load went: a sample of all. Good is in step with the steps of the funnel above; none at all, while people shop, means that browsers cannot tell us.',
    queries: [{ expr: '60 * sum(rate(web_page_load_seconds_count[$__rate_interval]))', legend: 'page loads' }],
    width: 8,
    unit: 'none',
    min: 0,
    minStep: '1m',
    noValue: noReport,
  }),
  buildGraph({
    title: 'How long a page takes to load',
    description: 'As browsers say. Good is flat; what the store takes for its answers is part of it.',
    queries: [0.95, 0.5].map(share => ({
      expr: `histogram_quantile(${share}, sum by (le) (increase(web_page_load_seconds_bucket[$__rate_interval]))) >= 0`,
      legend: share === 0.5 ? 'half within' : `${100 * share} % within`,
    })),
    width: 8,
    unit: 's',
    min: 0,
    minStep: '1m',
    noValue: noReport,
  }),
  buildGraph({
    title: 'Errors in browsers a minute',
    description:
      'Errors that pages of the store told of. Good is 0: each is a shopper in whose browser something broke. The lines say what.',
    queries: [{ expr: '60 * sum(rate(web_errors_total[$__rate_interval]))', legend: 'errors' }],
    width: 8,
    unit: 'none',
    min: 0,
    softMax: 1,
    minStep: '1m',
    colors: { errors: 'red' },
    noValue: noReport,
    links: [errorLogs],
  }),
]
