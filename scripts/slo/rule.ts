// What a rule file is made of, and how it is written down for a person to read.
import { stringify } from 'yaml'

export interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  /** Lines above the rule, for the reader. */
  readonly comment?: string
}

export interface AlertingRule {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly keepFiringFor?: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly comment?: string
}

export type Rule = RecordingRule | AlertingRule

export interface RuleGroup {
  readonly name: string
  readonly interval: string
  readonly rules: readonly Rule[]
}

export interface RuleFile {
  /** File name inside prometheus/rules/<speed>/. */
  readonly file: string
  readonly comment: string
  readonly groups: readonly RuleGroup[]
}

const indent = (text: string, spaces: number): string => text.replace(/^(?=.)/gm, ' '.repeat(spaces))

const toScalar = (value: string): string => stringify(value, { lineWidth: 0 }).trimEnd()

const toMap = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}: ${toScalar(value)}`)
    .join('\n')

function toRule(rule: Rule): string {
  const lines = [
    'record' in rule ? `record: ${rule.record}` : `alert: ${rule.alert}`,
    rule.expr.includes('\n') ? `expr: |-\n${indent(rule.expr, 2)}` : `expr: ${toScalar(rule.expr)}`,
  ]
  if ('alert' in rule && rule.for) lines.push(`for: ${rule.for}`)
  if ('alert' in rule && rule.keepFiringFor) lines.push(`keep_firing_for: ${rule.keepFiringFor}`)
  if (rule.labels) lines.push(`labels: { ${toMap(rule.labels).replaceAll('\n', ', ')} }`)
  if ('alert' in rule) lines.push(`annotations:\n${indent(toMap(rule.annotations), 2)}`)
  const comment = rule.comment ? `${rule.comment.replace(/^/gm, '# ')}\n` : ''
  return `${comment}- ${indent(lines.join('\n'), 2).trimStart()}`
}

const toGroup = (group: RuleGroup): string =>
  `- name: ${group.name}\n  interval: ${group.interval}\n  rules:\n${indent(group.rules.map(toRule).join('\n'), 4)}\n`

export const toRuleFileText = (file: RuleFile): string =>
  `# Generated from prometheus/slo by \`make slo\`; do not edit.\n${file.comment.replace(/^/gm, '# ')}\ngroups:\n${indent(
    file.groups.map(toGroup).join('\n'),
    2,
  )}`
