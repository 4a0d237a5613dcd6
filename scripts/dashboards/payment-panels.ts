// Payments: the promise that charges are answered, its budget, and how charges end in each country.
import { countryShare } from '../slo/alerts-store.ts'
import { series } from '../slo/names.ts'
import { logsLink, tracesLink } from './frame.ts'
import { buildGauge } from './gauge-panel.ts'
import { budgetSteps, buildGraph, type Step } from './panels.ts'
import { budgetLeft, budgetWords, success } from './promise-queries.ts'
import { buildTable, type Column } from './table-panel.ts'

/** The promise of prometheus/slo/objectives.yml: a share of the charges is answered, a decline being an answer. */
export const paymentPromise = 'cuj_name="checkout", slo="payment"'
const chosen = 'country=~"$country"'
const noCharge = 'nobody was charged yet'

const links = [
  tracesLink('Charges that failed', '{ resource.service.name = "payments" && status = error }'),
  logsLink('What payments said of them', '{service_name="payments"} |= "payment unanswered"'),
]

const charges = (matchers = '', by = 'country'): string =>
  `sum by (${by}) (increase(payments_total{${[matchers, chosen].filter(Boolean).join(', ')}}[$__range]))`

const chargesNow = (matchers = ''): string =>
  `sum by (country) (rate(payments_total{${[matchers, chosen].filter(Boolean).join(', ')}}[$__rate_interval]))`

const declined = 'outcome="declined"'
/** As the objective counts them. */
const unanswered = 'outcome=~"failed|circuit_open"'

/** From where PaymentFailuresInCountry speaks it is red, from a tenth of that it is worth a look. */
const unansweredSteps: readonly Step[] = [
  [null, 'green'],
  [countryShare / 10, 'orange'],
  [countryShare, 'red'],
]

const count = (outcome: string, legend: string): Column => ({
  query: { expr: charges(`outcome="${outcome}"`), legend },
  unit: 'locale',
  decimals: 0,
})

export const paymentPanels = [
  buildGraph({
    title: 'Charges that were answered',
    description:
      'The share of all charges that ended as charged or declined, in the short window of the fast alert, every country. Good is above the dashed line of the objective. While payments itself is down nobody is charged and nothing counts here: then payments_unavailable grows among the checkouts without a sale.',
    queries: [
      { expr: `max(${success('short', paymentPromise)})`, legend: 'answered' },
      { expr: `max(${series.objective}{${paymentPromise}})`, legend: 'objective' },
    ],
    width: 9,
    unit: 'percentunit',
    max: 1,
    promises: '/^objective$/',
    noValue: noCharge,
    links,
  }),
  buildGraph({
    title: 'How fast the payment budget burns',
    description:
      'At 1 the error budget lasts exactly its period. Good is below 1. When both windows are above the dashed line, a page goes out.',
    queries: [
      { expr: `max by (leg) (${series.legBurnRate}{tier="fast", ${paymentPromise}})`, legend: '{{leg}} window' },
      { expr: `max(${series.tierFactor}{tier="fast"})`, legend: 'page' },
    ],
    width: 9,
    unit: 'none',
    min: 0,
    promises: '/^page$/',
    noValue: noCharge,
    links,
  }),
  buildGauge({
    title: 'Payment budget left',
    description: `The share of the payment promise's error budget that is left of the period. ${budgetWords}`,
    queries: [{ expr: `max(${budgetLeft(paymentPromise)})`, legend: 'payment' }],
    width: 6,
    height: 8,
    unit: 'percentunit',
    decimals: 1,
    min: 0,
    max: 1,
    steps: budgetSteps,
    noValue: noCharge,
  }),
  buildTable({
    title: 'How charges ended, by country',
    description:
      "Charges in the dashboard's time range. Declined cards are answers, and some countries have more of them than others; `no answer` counts failed ones and those that an open circuit did not even try. Good is no answer well below 1 % everywhere; one red country is trouble of the banks there, all of them red is the provider.",
    width: 24,
    height: 10,
    rows: { country: 'Country' },
    columns: [
      count('charged', 'Charged'),
      count('declined', 'Declined'),
      count('failed', 'Failed'),
      count('circuit_open', 'Not tried'),
      {
        query: { expr: `${charges(declined)} / (${charges()} > 0)`, legend: 'Declined, share' },
        unit: 'percentunit',
        decimals: 1,
        steps: [[null, 'blue']],
        barTo: 0.2,
      },
      {
        query: { expr: `${charges(unanswered)} / (${charges()} > 0)`, legend: 'No answer, share' },
        unit: 'percentunit',
        decimals: 2,
        steps: unansweredSteps,
        barTo: countryShare,
      },
    ],
    sortBy: [{ column: 'No answer, share', descending: true }],
    links,
    noValue: noCharge,
  }),
  buildGraph({
    title: 'Declined cards, by country',
    description:
      'The share of each country’s charges that was declined. Good is each country at its usual height; few charges make it jump.',
    queries: [{ expr: `${chargesNow(declined)} / (${chargesNow()} > 0)`, legend: '{{country}}' }],
    width: 12,
    unit: 'percentunit',
    min: 0,
    minStep: '5m',
    noValue: noCharge,
  }),
  buildGraph({
    title: 'Charges without an answer, by country',
    description:
      'The share of each country’s charges that failed or was not even tried. Good is 0; one country that rises alone is what PaymentFailuresInCountry speaks of.',
    queries: [{ expr: `${chargesNow(unanswered)} / (${chargesNow()} > 0)`, legend: '{{country}}' }],
    width: 12,
    unit: 'percentunit',
    min: 0,
    softMax: 0.01,
    minStep: '1m',
    noValue: noCharge,
    links,
  }),
]
