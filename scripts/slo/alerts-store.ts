// Alerts about the store's business: who is turned away, who tries too much, which country cannot pay, what fails beside journeys.
import { percentValue, toAlert, wholeValue } from './alert-words.ts'

/** A third of what one client may ask a minute: past a script that stumbles over its limit, not yet a flood. */
const limitedPerMinute = 100

export const rateLimitStorm = toAlert({
  alert: 'RateLimitStorm',
  severity: 'warning',
  expr: `sum(increase(rate_limited_requests_total[1m])) > ${limitedPerMinute}`,
  for: '15s',
  summary: 'The edge turns many requests away: a client floods it, or customers are refused',
  description: `${wholeValue} requests were answered with 429 in the last minute. Either somebody asks far too often, or the limit of one client is too low for many customers behind one address.`,
  query: 'sum(rate(rate_limited_requests_total[1m]))',
})

export const suspiciousActivity = toAlert({
  comment:
    'The gateway counts a client once a minute, when it is refused for the tenth time in one way: each is worth a look.',
  alert: 'SuspiciousActivity',
  severity: 'ticket',
  expr: 'sum by (kind) (increase(suspicious_activity_total[5m])) > 0',
  summary: 'Somebody is refused again and again ({{ $labels.kind }}): guessing at what belongs to customers?',
  description: `${wholeValue} times in the last 5 minutes a client was refused ten times within a minute as {{ $labels.kind }}: unauthorized and forbidden are tokens, not_found is walking through ids, declined is trying cards. Nobody is locked out for it.`,
})

const failedCharges = 'sum by (country) (increase(payments_total{outcome="failed"}[10m]))'
/** Under an open circuit nobody was asked: that says nothing about a country. */
const askedCharges = 'sum by (country) (increase(payments_total{outcome!="circuit_open"}[10m]))'

/** Ten times the one percent of technical failures that is usual anywhere. */
export const countryShare = 0.1
/** Two stray failures of a country with six charges in ten minutes are no trouble of that country. */
const countryFailures = 5
/** When all fail alike it is the provider, and checkout's own payment SLO says so. */
const timesTheOthers = 3

export const paymentFailuresInCountry = toAlert({
  alert: 'PaymentFailuresInCountry',
  severity: 'warning',
  expr: `${failedCharges} / ${askedCharges} > ${countryShare}
and
${failedCharges} >= ${countryFailures}
and
${failedCharges} / ${askedCharges}
> ${timesTheOthers} * (scalar(sum(${failedCharges})) - ${failedCharges})
  / clamp_min(scalar(sum(${askedCharges})) - ${askedCharges}, 1)`,
  summary: 'Customers in {{ $labels.country }} cannot pay, while others can',
  description: `${percentValue} of the charges in {{ $labels.country }} got no answer from the payment provider in the last 10 minutes, more than ${timesTheOthers} times the share of all other countries. Declined cards do not count: they are answers.`,
  query: `${failedCharges} / ${askedCharges}`,
})

/** Requests outside any journey: a span without cuj_name. That a route belongs to a journey is told by the span itself. */
const outside = 'techmart_calls_total{span_kind="SPAN_KIND_SERVER", cuj_name="", job!=""'
const outsideFailed = `sum by (job) (increase(${outside}, http_response_status_code=~"5.."}[10m]))`
const outsideAll = `sum by (job) (increase(${outside}}[10m]))`

const outsideShare = 0.05
/** Such routes are quiet: a share of few requests says nothing. */
const outsideFailures = 5

export const serverErrorsOutsideJourneys = toAlert({
  alert: 'ServerErrorsOutsideJourneys',
  severity: 'ticket',
  expr: `${outsideFailed} / ${outsideAll} > ${outsideShare}
and
${outsideFailed} >= ${outsideFailures}`,
  summary: '{{ $labels.job }} fails on requests that no journey counts: who needs them is let down',
  description: `${percentValue} of {{ $labels.job }}'s requests outside journeys ended with 5xx in the last 10 minutes. No error budget speaks for these routes: administration, the lab itself, and what a customer does beside the eight journeys.`,
  query: `sum by (job, http_route, http_response_status_code) (rate(${outside}, http_response_status_code=~"5.."}[10m]))`,
})
