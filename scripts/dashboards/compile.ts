// All dashboards, as the text of the files that Grafana reads.
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard'
import { buildIsAServiceSick } from './is-a-service-sick.ts'
import { buildJourneysCompared } from './journeys-compared.ts'
import { buildSloOverview } from './slo-overview.ts'
import { buildWhereDoShoppersGiveUp } from './where-do-shoppers-give-up.ts'
import { buildWhyIsCheckoutSlow } from './why-is-checkout-slow.ts'
import { writeJson } from './write-json.ts'

export const folder = 'grafana/dashboards'

/** Panels get numbers by their order: Grafana wants them, and a link to a panel must survive the next compilation. */
function numberPanels(panels: readonly (Panel | RowPanel)[]): void {
  panels.forEach((panel, index) => {
    panel.id = index + 1
  })
}

/** The builders hide every link and mark in a menu; they belong where people see them. */
const inSight = (_key: string, value: unknown): unknown => (value === 'inControlsMenu' ? undefined : value)

export function compileDashboards(): ReadonlyMap<string, string> {
  const dashboards: readonly Dashboard[] = [
    buildSloOverview(),
    buildJourneysCompared(),
    buildWhyIsCheckoutSlow(),
    buildIsAServiceSick(),
    buildWhereDoShoppersGiveUp(),
  ]
  return new Map(
    dashboards.map(dashboard => {
      numberPanels(dashboard.panels ?? [])
      return [`${folder}/${dashboard.uid}.json`, `${writeJson(JSON.parse(JSON.stringify(dashboard, inSight)))}\n`]
    }),
  )
}
