// "Where do shoppers give up?" Business and funnel: the way to a sale, what is sold, whether payments answer, how the store feels.
import * as dashboard from '@grafana/grafana-foundation-sdk/dashboard'
import { series } from '../slo/names.ts'
import { browsers } from './browser-panels.ts'
import { buildFrame, labelVariable, sampleDataNote } from './frame.ts'
import { funnel } from './funnel-panels.ts'
import { shareTaken, taken } from './funnel-queries.ts'
import { buildStat, type Step } from './panels.ts'
import { paymentPanels, paymentPromise } from './payment-panels.ts'
import { burnSteps, success } from './promise-queries.ts'
import { orders, sales } from './sales-panels.ts'

const plain: readonly Step[] = [[null, 'blue']]

const atAGlance = [
  buildStat({
    title: 'Sales, all segments',
    description:
      "Confirmed orders in the dashboard's time range, in US dollars, shipping included, of every segment. Good is like the same time yesterday.",
    queries: [{ expr: sales(), legend: 'sales' }],
    width: 4,
    unit: 'currencyUSD',
    // Thousands are shortened: without it four countries of $8.6K to $9.4K are $9K.
    decimals: 1,
    steps: plain,
    noValue: 'nothing sold yet',
  }),
  buildStat({
    title: 'Orders',
    description:
      "Checkouts that ended with a sale in the dashboard's time range. Good is like the same time yesterday.",
    queries: [{ expr: taken('paid'), legend: 'orders' }],
    width: 4,
    unit: 'locale',
    decimals: 0,
    steps: plain,
    noValue: 'nothing sold yet',
  }),
  buildStat({
    title: 'Paid of all checkouts',
    description:
      "The share of checkouts that ended with a sale, in the dashboard's time range. Some cards are always declined: in this lab some 5 to 12 %, by country. Good is above 85 %.",
    queries: [{ expr: shareTaken('paid', 'checkout'), legend: 'paid' }],
    width: 4,
    unit: 'percentunit',
    decimals: 1,
    steps: [
      [null, 'red'],
      [0.75, 'orange'],
      [0.85, 'green'],
    ],
    noValue: 'nobody checked out yet',
  }),
  buildStat({
    title: 'Charges answered, and the objective',
    description:
      'The share of charges that ended as charged or declined, in the long window of the fast alert, every country; beside it what was promised. Good is above the objective.',
    queries: [
      { expr: `max(${success('long', paymentPromise)})`, legend: 'answered' },
      { expr: `max(${series.objective}{${paymentPromise}})`, legend: 'objective' },
    ],
    width: 6,
    unit: 'percentunit',
    decimals: 2,
    steps: plain,
    noValue: 'nobody was charged yet',
  }),
  buildStat({
    title: 'Payment burn',
    description: 'How many times faster than allowed the payment promise spends its budget now. Good is below 1.',
    queries: [{ expr: `max(${series.currentBurnRate}{${paymentPromise}})`, legend: 'burn' }],
    width: 3,
    unit: 'none',
    decimals: 2,
    steps: burnSteps,
    noValue: 'nobody was charged yet',
  }),
  sampleDataNote(3),
]

export function buildWhereDoShoppersGiveUp(): dashboard.Dashboard {
  const frame = buildFrame({
    uid: 'where-do-shoppers-give-up',
    title: 'Business and funnel: where do shoppers give up?',
    description: 'From browsing to paying, what is sold, how charges end, and what browsers tell.',
    source: 'where-do-shoppers-give-up.ts',
    from: 'now-1h',
    alerts: 'cuj_name=~"checkout|"',
  })
    .withVariable(labelVariable('country', 'Country', 'funnel_events_total'))
    .withVariable(labelVariable('segment', 'Segment', 'funnel_events_total'))
  for (const panel of [...atAGlance, ...funnel]) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('What is sold, and what is not'))
  for (const panel of orders) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('Payments'))
  for (const panel of paymentPanels) frame.withPanel(panel)
  frame.withRow(new dashboard.RowBuilder('Browsers'))
  for (const panel of browsers) frame.withPanel(panel)
  return frame.build()
}
