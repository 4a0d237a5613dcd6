// What is rightly not there in peace, each with the trouble that brings it. c-panels lets nothing else be missing, and
// j-panels-under-faults makes every trouble and wants each of them.
export type Trouble =
  | 'strays on a quiet journey'
  | 'failing payments'
  | 'a deployment'
  | 'more span names than a service may have'
  | 'stores that refuse'
  | 'queues smaller than a batch'

/** Panels by dashboard and title; marks for all dashboards at once. */
export const emptyInPeace: Readonly<Record<string, Trouble>> = {
  'slo-overview: Kept quiet by a guard': 'strays on a quiet journey',
  'mark Pages': 'failing payments',
  'mark Warnings': 'failing payments',
  'mark Faults': 'failing payments',
  'mark Deployments': 'a deployment',
}

/** Metrics, and labels of metrics, that nobody has yet. */
export const absentInPeace: Readonly<Record<string, Trouble>> = {
  'slo:tier_held_back:ratio': 'strays on a quiet journey',
  lab_fault_active: 'failing payments',
  lab_deploy_mark: 'a deployment',
  'ALERTS{cuj_name}': 'failing payments',
  'techmart_calls_total{otel_metric_overflow}': 'more span names than a service may have',
  otelcol_exporter_send_failed_spans: 'stores that refuse',
  otelcol_exporter_send_failed_log_records: 'stores that refuse',
  otelcol_exporter_send_failed_metric_points: 'stores that refuse',
  otelcol_exporter_enqueue_failed_spans: 'queues smaller than a batch',
  otelcol_exporter_enqueue_failed_log_records: 'queues smaller than a batch',
  otelcol_exporter_enqueue_failed_metric_points: 'queues smaller than a batch',
}
