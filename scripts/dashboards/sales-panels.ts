// What is sold: order values by country, and what became of the checkouts that sold nothing.

import { counts } from '../slo/business-counts.ts'
import { buildBars } from './bar-panel.ts'
import { logsLink, tracesLink } from './frame.ts'
import { buildGraph } from './panels.ts'
import { buildTable } from './table-panel.ts'

const chosen = 'country=~"$country"'
const noSale = 'nothing sold yet'

export const sales = (by = ''): string =>
  `sum${by === '' ? '' : ` by (${by}) `}(sum_over_time(${counts.orderValueSum}{${chosen}}[$__range]))`

const ordersOf = `sum by (country) (sum_over_time(${counts.orderValueCount}{${chosen}}[$__range]))`

/** US dollars under which this share of the orders stays. `>= 0` takes the NaN of no orders away. */
const under = (share: number, buckets: string, by: string): string =>
  `histogram_quantile(${share}, sum by (${by}) (${buckets})) >= 0`

const inRange = `sum_over_time(${counts.orderValueBucket}{${chosen}}[$__range])`
const now = `rate(order_value_bucket{${chosen}}[$__rate_interval])`

const refusedTraces = tracesLink('Checkouts without a sale', '{ name = "cuj.checkout" && span.cuj.outcome != "ok" }')
const refusedLogs = logsLink('What api said of them', '{service_name="api"} |= "order refused"')

export const orders = [
  buildTable({
    title: 'What an order is worth, by country',
    description:
      "Confirmed orders in the dashboard's time range, in US dollars, shipping included: how many, what they come to, the median, and the value that one order in ten exceeds. Median and nine tenths are read from a histogram, so they are as exact as its bounds. Good is a median that hardly moves; a country whose sum falls while its median stays has fewer orders, not smaller ones.",
    width: 12,
    height: 10,
    rows: { country: 'Country' },
    columns: [
      { query: { expr: ordersOf, legend: 'Orders' }, unit: 'locale', decimals: 0 },
      { query: { expr: sales('country'), legend: 'Sum' }, unit: 'currencyUSD', decimals: 1 },
      { query: { expr: under(0.5, inRange, 'country, le'), legend: 'Median' }, unit: 'currencyUSD', decimals: 0 },
      {
        query: { expr: under(0.9, inRange, 'country, le'), legend: '90 % under' },
        unit: 'currencyUSD',
        decimals: 0,
      },
    ],
    sortBy: [{ column: 'Sum', descending: true }],
    noValue: noSale,
  }),
  buildGraph({
    title: 'What an order is worth',
    description:
      'The median and the value that one order in ten exceeds, of the countries chosen above. Good is two flat lines; a sudden step is a price gone wrong.',
    queries: [
      { expr: under(0.9, now, 'le'), legend: '90 % under' },
      { expr: under(0.5, now, 'le'), legend: 'median' },
    ],
    width: 12,
    height: 10,
    unit: 'currencyUSD',
    min: 0,
    minStep: '1m',
    noValue: noSale,
  }),
  buildGraph({
    title: 'Sales a minute, by country',
    description: 'US dollars of confirmed orders. Good is steady; a country that ends alone has trouble of its own.',
    queries: [
      { expr: `60 * sum by (country) (rate(order_value_sum{${chosen}}[$__rate_interval]))`, legend: '{{country}}' },
    ],
    width: 12,
    unit: 'currencyUSD',
    min: 0,
    minStep: '1m',
    stacked: true,
    noValue: noSale,
  }),
  buildBars({
    title: 'Checkouts without a sale, by reason',
    description:
      "In the dashboard's time range, every country. declined, out_of_stock, unknown_product, promotion_refused, key_reused and in_progress are refusals: expected answers that spend no budget. A reason that begins with a service's name is a failure. Good is some declined cards and next to nothing else.",
    queries: [{ expr: 'sort_desc(sum by (reason) (increase(orders_errors_total[$__range])))', legend: '{{reason}}' }],
    width: 12,
    unit: 'locale',
    decimals: 0,
    steps: [[null, 'blue']],
    noValue: 'nobody was refused yet',
  }),
  buildGraph({
    title: 'Checkouts without a sale a second',
    description: 'The same over time. Good is a thin and even band of declined cards.',
    queries: [{ expr: 'sum by (reason) (rate(orders_errors_total[$__rate_interval]))', legend: '{{reason}}' }],
    width: 24,
    height: 7,
    unit: 'suffix:/s',
    min: 0,
    softMax: 0.1,
    minStep: '1m',
    stacked: true,
    noValue: 'nobody was refused yet',
    links: [refusedTraces, refusedLogs],
  }),
]
