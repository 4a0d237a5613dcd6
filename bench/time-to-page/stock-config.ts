// The same rules and routes at the intervals that Prometheus and Alertmanager have by themselves: every group evaluated once a
// minute (global.evaluation_interval), group_wait 30s, group_interval 5m, repeat_interval 4h.
import { parse, stringify } from 'yaml'

/** Put before the names of recorded series, so that they and those of the measured Prometheus are never the same series. */
const prefix = 'stock_'

const renameRecorded = (text: string): string => text.replace(/\b(slo|techmart):(?=[a-z])/g, `${prefix}$1:`)

export function toStockRules(rulesYaml: string): string {
  const file = parse(renameRecorded(rulesYaml)) as { groups: { interval?: string }[] }
  for (const group of file.groups) delete group.interval
  return stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })
}

const waits = ['group_wait', 'group_interval', 'repeat_interval'] as const

interface Route {
  group_wait?: string
  group_interval?: string
  repeat_interval?: string
  routes?: Route[]
}

function forgetWaits(route: Route): void {
  for (const name of waits) delete route[name]
  for (const one of route.routes ?? []) forgetWaits(one)
}

/** `receiverUrl` takes the place of the lab's inbox. */
export function toStockAlertmanager(configYaml: string, receiverUrl: string): string {
  const config = parse(configYaml.replaceAll('http://lab:3007', receiverUrl)) as { route: Route; templates?: unknown }
  forgetWaits(config.route)
  // Webhooks carry no words of ours.
  delete config.templates
  return stringify(config, { lineWidth: 0, aliasDuplicateObjects: false })
}

export interface StockPrometheus {
  /** The measured Prometheus, whose samples are read. */
  readonly readFrom: string
  readonly alertmanager: string
  /** Those of the measured Prometheus: it adds them to what is read from it, and whoever has the same takes them off again. */
  readonly externalLabels: Readonly<Record<string, string>>
}

export function toPrometheusConfig({ readFrom, alertmanager, externalLabels }: StockPrometheus): string {
  return stringify({
    global: { external_labels: externalLabels },
    rule_files: ['/etc/prometheus/rules/*.yml'],
    remote_read: [{ url: `${readFrom}/api/v1/read`, read_recent: true }],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [new URL(alertmanager).host] }] }] },
  })
}
