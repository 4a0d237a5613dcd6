// The queries of our dashboards, with their variables filled in as Grafana does it: what a panel asks is what a test asks.
import type { compileDashboards } from '../dashboards/compile.ts'

export interface Panel {
  readonly type: string
  readonly title: string
  readonly description?: string
  readonly repeat?: string
  readonly datasource?: { readonly uid: string }
  readonly targets?: readonly {
    readonly expr: string
    readonly instant?: boolean
    readonly datasource?: { readonly uid: string }
  }[]
}
interface Variable {
  readonly name: string
  readonly type: string
  readonly query: unknown
}
interface Mark {
  readonly name: string
  readonly expr?: string
  readonly datasource?: { readonly uid: string }
}
export interface Board {
  readonly uid: string
  readonly title: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly Variable[] }
  readonly annotations: { readonly list: readonly Mark[] }
}

export const readBoards = (compiled: ReturnType<typeof compileDashboards>): Board[] =>
  [...compiled.values()].map(text => JSON.parse(text) as Board)

export interface AskedQuery {
  readonly board: string
  /** The panel's title, or the mark's or the variable's name. */
  readonly asker: string
  readonly kind: 'panel' | 'mark' | 'variable'
  readonly expr: string
  readonly instant: boolean
}

/** What the variables stand for where all is chosen, the shortest step, and one value of `$window`. */
export interface Values {
  readonly window: string
  /** Inside a row or a panel that is repeated, the variable has one value. */
  readonly journey: string
  readonly promise: string
}
export const usualValues: Values = { window: '1h', journey: 'checkout', promise: 'availability' }
export const windows = ['1h', '6h', '1d', '3d', '30d']

function fillIn(expr: string, values: Values, repeated: boolean): string {
  const byName: Record<string, string> = {
    // Four times the datasource's shortest step.
    __rate_interval: '20s',
    __range: '3600s',
    window: values.window,
    slo: values.promise,
    service: '.+',
    country: '.+',
    segment: '.+',
    cuj_name: repeated ? values.journey : '.+',
  }
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (text, name: string) => {
    // `$1` belongs to label_replace.
    if (/^\d/.test(name)) return text
    const value = byName[name]
    if (value === undefined) throw new Error(`${expr}: nobody fills in ${text}`)
    return value
  })
}

/** `label_values(series, label)` is a question of Grafana's; Prometheus is asked for the series. */
function seriesOfVariable({ query }: Variable): string | undefined {
  const asked = typeof query === 'object' && query !== null && 'query' in query ? String(query.query) : ''
  return /^label_values\((.+), (\w+)\)$/
    .exec(asked)
    ?.slice(1, 3)
    .reduce((series, label) => `group by (${label}) (${series})`)
}

export function findQueries(board: Board, values: Values = usualValues): AskedQuery[] {
  let inRepeatedRow = false
  const ofPanels = board.panels.flatMap(panel => {
    if (panel.type === 'row') inRepeatedRow = panel.repeat !== undefined
    const repeated = inRepeatedRow || panel.repeat !== undefined
    return (panel.targets ?? []).map(
      ({ expr, instant }): AskedQuery => ({
        board: board.uid,
        asker: panel.title,
        kind: 'panel',
        expr: fillIn(expr, values, repeated),
        instant: instant === true,
      }),
    )
  })
  const ofMarks = board.annotations.list.map(
    ({ name, expr }): AskedQuery => ({
      board: board.uid,
      asker: name,
      kind: 'mark',
      expr: fillIn(expr ?? '', values, false),
      instant: false,
    }),
  )
  const ofVariables = board.templating.list.flatMap((variable): AskedQuery[] => {
    const expr = seriesOfVariable(variable)
    return expr === undefined
      ? []
      : [{ board: board.uid, asker: variable.name, kind: 'variable', expr: fillIn(expr, values, false), instant: true }]
  })
  return [...ofPanels, ...ofMarks.filter(({ expr }) => expr !== ''), ...ofVariables]
}
