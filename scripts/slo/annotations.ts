// The words of a delivered alert, as Prometheus templates: who is hurt, how fast, what to open first. Links open on the host.
// Prometheus knows its own published address ($externalURL); the store's and Grafana's come as external labels where the
// ports were changed (prometheus.yml drops them again before the alert is sent).

import type { SloKind } from './names.ts'

const base = (externalLabel: string, otherwise: string): string =>
  `{{ with $externalLabels.${externalLabel} }}{{ . }}{{ else }}${otherwise}{{ end }}`

const storeUrl = base('store_url', 'http://localhost:8080')
const grafanaUrl = base('grafana_url', 'http://localhost:3000')

/** The gateway serves docs/runbooks under this path. */
export const runbookUrl = (alert: string): string => `${storeUrl}/runbooks/${alert}`

/** The journey's row of the SLO overview, around now. */
export const dashboardUrl = (): string => `${grafanaUrl}/d/slo-overview?from=now-3h&to=now`

export const journeyDashboardUrl = (): string => `${dashboardUrl()}&var-cuj_name={{ $labels.cuj_name }}`

/** Opens Prometheus with the expression in it. */
export const queryUrl = (expr: string): string => `{{ $externalURL }}{{ graphLink ${JSON.stringify(expr)} }}`

/** Stands behind one series in an expression and becomes the matchers of the alert's own journey (and SLO). */
export const SELF = '{SELF}'

/** A template whose value is `expr`, narrowed to the alert's own journey (and SLO). */
const ofThisAlert = (expr: string, labels: readonly string[]): string => {
  const matchers = `{${labels.map(label => `${label}=%q`).join(', ')}}`
  const values = labels.map(label => `$labels.${label}`).join(' ')
  return `printf ${JSON.stringify(expr.replace(SELF, matchers))} ${values}`
}

export const journeyQueryUrl = (expr: string): string =>
  `{{ $externalURL }}{{ ${ofThisAlert(expr, ['cuj_name', 'slo'])} | graphLink }}`

/** The value of `expr` through `format`; a question mark where there is none. */
export const journeyValue = (
  expr: string,
  format: string,
  labels: readonly ('cuj_name' | 'slo')[] = ['cuj_name', 'slo'],
): string => `{{ with query (${ofThisAlert(expr, labels)}) }}{{ . | first | value | ${format} }}{{ else }}?{{ end }}`

/** 5200 → '5,200': a number of events, whole. */
export const asCount =
  'printf "%.0f" | reReplaceAll "^([0-9]+)([0-9]{3})$" "$1,$2" | reReplaceAll "^([0-9]+)([0-9]{3})," "$1,$2,"'

/** One of four wordings, by the alert's SLO. */
export const bySlo = (words: Readonly<Record<SloKind, string>>): string =>
  `{{ if eq $labels.slo "latency" }}${words.latency}{{ else if eq $labels.slo "freshness" }}${words.freshness}` +
  `{{ else if eq $labels.slo "payment" }}${words.payment}` +
  `{{ else }}${words.availability}{{ end }}`
