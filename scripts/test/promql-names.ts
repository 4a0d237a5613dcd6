// Which metrics and labels a PromQL query names: what must exist somewhere, or the query is dead.
import { parser } from '@prometheus-io/lezer-promql'

export interface NamedMetric {
  readonly metric: string
  /** Labels that its selector matches on. */
  readonly labels: readonly string[]
}
export interface PromqlNames {
  readonly metrics: readonly NamedMetric[]
  /** Labels that results are grouped by, joined on or taken over with. */
  readonly grouping: readonly string[]
  /** Labels that the query makes itself. */
  readonly made: readonly string[]
}

/** The place of the first mistake, or nothing. */
export function findMistake(query: string): string | undefined {
  const cursor = parser.parse(query).cursor()
  do if (cursor.type.isError) return query.slice(cursor.from, cursor.from + 20)
  while (cursor.next())
  return undefined
}

export function findNames(query: string): PromqlNames {
  const metrics: { metric: string; labels: string[] }[] = []
  const grouping = new Set<string>()
  const made = new Set<string>()
  const tree = parser.parse(query)
  const text = ({ from, to }: { from: number; to: number }) => query.slice(from, to)
  tree.iterate({
    enter: node => {
      if (node.name === 'VectorSelector') {
        const identifier = node.node.getChild('Identifier')
        const matchers = node.node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
        const labels = matchers.flatMap(matcher => matcher.getChildren('LabelName').map(text))
        if (identifier) metrics.push({ metric: text(identifier), labels })
      }
      if (node.name === 'GroupingLabels')
        for (const label of node.node.getChildren('LabelName')) grouping.add(text(label))
      if (node.name === 'FunctionCall' && text(node.node).startsWith('label_replace')) {
        const words = node.node.getChild('FunctionCallBody')?.getChildren('StringLiteral') ?? []
        if (words[0]) made.add(text(words[0]).slice(1, -1))
      }
      if (node.name === 'AggregateExpr' && text(node.node).startsWith('count_values')) {
        const word = node.node.getChild('FunctionCallBody')?.getChild('StringLiteral')
        if (word) made.add(text(word).slice(1, -1))
      }
    },
  })
  return { metrics, grouping: [...grouping], made: [...made] }
}
