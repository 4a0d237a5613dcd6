// Inside a checkout: which service, which statement, which reason.

import { checkout, checkoutsASecond, perSecond } from './checkout-queries.ts'
import { tracesLink } from './frame.ts'
import { buildGraph } from './panels.ts'

const perStatement = (window: string, when: string) =>
  `sum by (service_name, span_name) (rate(techmart_duration_milliseconds_sum{${checkout}, span_kind="SPAN_KIND_CLIENT", span_name=~".+ .+"}[${window}]${when}))`

const failedTraces = tracesLink('Failed checkouts', '{ name = "cuj.checkout" && status = error }')
const allTraces = tracesLink('Checkouts', '{ name = "cuj.checkout" }')

export const inside = [
  buildGraph({
    title: 'Time in each service, per checkout',
    description:
      'Server spans of the journey by service, divided by checkouts: a callee’s time is part of its caller’s, and what waits in a queue comes on top. Good is flat; the highest service that rose and has no callee that rose is where to look.',
    queries: [
      {
        expr: `sum by (service_name) (${perSecond('techmart_duration_milliseconds_sum', `${checkout}, span_kind=~"SPAN_KIND_(SERVER|CONSUMER)"`)}) / on () group_left () (${checkoutsASecond} > 0)`,
        legend: '{{service_name}}',
      },
    ],
    width: 10,
    height: 9,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    legendBeside: true,
    links: [allTraces],
  }),
  buildGraph({
    title: 'Time in each statement, per checkout',
    description:
      'SQL statements of the journey, the ten that took most time in the dashboard’s range. Good is flat, and a few milliseconds each.',
    queries: [
      {
        expr: `${perStatement('$__rate_interval', '')} / on () group_left () (${checkoutsASecond} > 0) and topk(10, ${perStatement('$__range', ' @ end()')})`,
        legend: '{{service_name}}: {{span_name}}',
      },
    ],
    width: 14,
    height: 9,
    unit: 'ms',
    logarithmic: true,
    minStep: '30s',
    legendBeside: true,
  }),
  buildGraph({
    title: 'Spans a second, by service',
    description:
      'Everything that the services do for checkouts: calls, statements, messages. Good is steady, and in step with the checkouts; a service whose line rises alone tries again and again.',
    queries: [
      {
        expr: `sum by (service_name) (${perSecond('techmart_calls_total', checkout)})`,
        legend: '{{service_name}}',
      },
    ],
    width: 12,
    unit: 'suffix:/s',
    min: 0,
    stacked: true,
    legendBeside: true,
    links: [allTraces],
  }),
  buildGraph({
    title: 'Failed spans a second, by service',
    description:
      'Any span of the journey that ended as an error. A caller’s CLIENT span fails at every declined card and every call that is tried again; good is no SERVER, CONSUMER or INTERNAL one. The deepest service that shows up is nearest to the cause.',
    queries: [
      {
        expr: `sum by (service_name, span_kind) (${perSecond('techmart_calls_total', `${checkout}, status_code="STATUS_CODE_ERROR"`)})`,
        legend: '{{service_name}} {{span_kind}}',
      },
    ],
    width: 12,
    unit: 'suffix:/s',
    min: 0,
    softMax: 0.1,
    without: '/SPAN_KIND_/',
    legendBeside: true,
    links: [failedTraces],
  }),
  buildGraph({
    title: 'Checkouts without a sale, by reason',
    description: 'Refusals are expected answers and spend no budget. Good is some declined cards and nothing else.',
    queries: [{ expr: 'sum by (reason) (rate(orders_errors_total[$__rate_interval]))', legend: '{{reason}}' }],
    width: 12,
    unit: 'reqps',
    min: 0,
    stacked: true,
  }),
  buildGraph({
    title: 'Charges, by how they ended',
    description:
      'Good is mostly charged, some declined, no failed one; circuit_open means that payments has stopped asking the provider.',
    queries: [{ expr: 'sum by (outcome) (rate(payments_total[$__rate_interval]))', legend: '{{outcome}}' }],
    width: 12,
    unit: 'reqps',
    min: 0,
    stacked: true,
    colors: { charged: 'green', declined: 'blue', failed: 'red', circuit_open: 'orange' },
  }),
  buildGraph({
    title: 'Orders on their way',
    description:
      'Orders between their first step and their last, and messages that wait in the outbox. Good is a handful, and back to none when traffic stops.',
    queries: [
      { expr: 'max(orders_unfinished)', legend: 'unfinished orders' },
      { expr: 'sum(max by (service) (outbox_unsent))', legend: 'messages in the outbox' },
    ],
    width: 12,
    unit: 'none',
    min: 0,
  }),
]
