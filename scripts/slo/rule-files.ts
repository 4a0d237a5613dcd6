// All rule files of one speed. A tier's recording rules and its alert are one group, since rules of a group run in order at
// the same instant: the alert sees what was recorded a moment before, not one interval earlier.
import { buildBurnAlert, buildHeldBackRule } from './burn-alerts.ts'
import { businessFile } from './business-counts.ts'
import { buildLabGroups } from './lab-alerts.ts'
import { series } from './names.ts'
import { buildObjectiveRules } from './objective-rules.ts'
import type { Objectives } from './objectives.ts'
import type { RecordingRule, RuleFile } from './rule.ts'
import type { ExpectedJobs } from './services.ts'
import { buildCountedWindowRules, buildCountRules, buildRawWindowRules } from './sli-rules.ts'
import type { Duration } from './spec-reader.ts'
import { buildBudgetRules, buildLegRules, buildTierFacts } from './tier-rules.ts'
import type { Speed, Tier } from './windows.ts'

export interface Spec {
  readonly objectives: Objectives
  readonly jobs: ExpectedJobs
  readonly speed: Speed
}

const isCounted = (window: Duration, speed: Speed): boolean => window.seconds > speed.countsBeyond.seconds

function buildWindowRules(window: Duration, { objectives, speed }: Spec): RecordingRule[] {
  const comment = isCounted(window, speed)
    ? `${window.text}, from the recorded counts.`
    : `${window.text}, from every sample.`
  const rules = isCounted(window, speed)
    ? buildCountedWindowRules(window.text)
    : buildRawWindowRules(objectives, window.text)
  return rules.map((rule, index) => (index === 0 ? { comment, ...rule } : rule))
}

/** A window that two tiers share is recorded by the faster one. */
function windowsOf(tier: Tier, speed: Speed): Duration[] {
  const earlier = speed.tiers.slice(0, speed.tiers.indexOf(tier)).flatMap(({ short, long }) => [short, long])
  return [tier.short, tier.long]
    .map(leg => leg.window)
    .filter(window => !earlier.some(leg => leg.window.text === window.text))
}

function longestRawWindow(speed: Speed): string {
  const raw = speed.tiers
    .flatMap(({ short, long }) => [short.window, long.window])
    .filter(window => !isCounted(window, speed))
  return raw.reduce((longest, window) => (window.seconds > longest.seconds ? window : longest)).text
}

function buildTierFile(tier: Tier, spec: Spec): RuleFile {
  const { objectives, speed } = spec
  const isFast = tier.name === 'fast'
  return {
    file: `slo-${tier.name}.yml`,
    comment:
      `${tier.alert}: ${tier.short.window.text} and ${tier.long.window.text}, burning ${tier.factor} times too fast.` +
      (isFast ? '\nObjectives and thresholds stand first, as every rule reads them.' : ''),
    groups: [
      {
        name: `slo-${tier.name}`,
        interval: tier.evaluate.text,
        rules: [
          ...(isFast ? buildObjectiveRules(objectives, longestRawWindow(speed)) : []),
          ...windowsOf(tier, speed).flatMap(window => buildWindowRules(window, spec)),
          ...buildLegRules(tier),
          ...(isFast
            ? [
                {
                  record: series.currentBurnRate,
                  expr: `${series.errorRatio(tier.short.window.text)} / ${series.errorBudget}`,
                },
              ]
            : []),
          buildHeldBackRule(tier),
          buildBurnAlert(tier, speed),
        ],
      },
    ],
  }
}

function buildBudgetFile(fast: Tier, spec: Spec): RuleFile {
  const counted = fast.short.window.text
  return {
    file: 'slo-budget.yml',
    comment: `The error budget of the last ${spec.speed.period.text}, and the counts that long windows are summed from.`,
    groups: [
      {
        // The interval is the counts' own window: exactly then each event is in one count.
        name: 'slo-counts',
        interval: counted,
        rules: buildCountRules(counted),
      },
      {
        name: 'slo-budget',
        interval: '1m',
        rules: [
          ...buildTierFacts(spec.speed),
          ...buildWindowRules(spec.speed.period, spec),
          ...buildBudgetRules(spec.speed),
        ],
      },
    ],
  }
}

export function buildRuleFiles(spec: Spec): RuleFile[] {
  const [fast] = spec.speed.tiers
  if (!fast) throw new Error(`The speed ${spec.speed.name} has no tiers.`)
  return [
    ...spec.speed.tiers.map(tier => buildTierFile(tier, spec)),
    buildBudgetFile(fast, spec),
    {
      file: 'lab.yml',
      comment:
        'The alerts beside the burn tiers: dead processes, counting, evaluating and delivering, work that waits, and the store.',
      groups: buildLabGroups(spec.jobs, fast),
    },
    businessFile,
  ]
}
