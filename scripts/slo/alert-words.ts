// What every alert outside the burn tiers is made of: its words, its links, and the conditions that many of them share.
import { dashboardUrl, journeyDashboardUrl, queryUrl, runbookUrl } from './annotations.ts'
import type { AlertingRule } from './rule.ts'

export interface AlertWords {
  readonly alert: string
  readonly severity: 'critical' | 'warning' | 'ticket' | 'none'
  readonly expr: string
  readonly for?: string
  readonly summary: string
  readonly description: string
  /** What the link opens; the alert's own expression where absent. */
  readonly query?: string
  readonly comment?: string
  /** It carries cuj_name: its dashboard opens at the journey. */
  readonly ofJourney?: true
}

export const toAlert = (words: AlertWords): AlertingRule => ({
  ...(words.comment ? { comment: words.comment } : {}),
  alert: words.alert,
  expr: words.expr,
  ...(words.for ? { for: words.for } : {}),
  labels: { severity: words.severity },
  annotations: {
    summary: words.summary,
    description: words.description,
    runbook_url: runbookUrl(words.alert),
    dashboard_url: words.ofJourney ? journeyDashboardUrl() : dashboardUrl(),
    query_url: queryUrl(words.query ?? words.expr.replace(/\s+/g, ' ')),
  },
})

/**
 * Prometheus starts before the others answer, and after a pause everybody is away for a while: its own first two minutes prove
 * nothing. Without its own figures this holds nothing back.
 */
export const notJustStarted = 'unless on () (time() - process_start_time_seconds{job="prometheus"} < 120)'

export const expectedJob = 'techmart:expected_job:info'

/** The alert's own value as a whole number: `{{ $value | … }}`. */
export const wholeValue = '{{ $value | printf "%.0f" }}'

/** The alert's own value, a share, in percent. */
export const percentValue = '{{ $value | humanizePercentage }}'
