// prometheus/slo/windows.yml, read, checked and joined: for each speed its four tiers, with their factors.
import { type Duration, readSpec, type SpecField } from './spec-reader.ts'

export const speedNames = ['real', 'lab'] as const
export type SpeedName = (typeof speedNames)[number]

/** From the one that wakes somebody up to the one that can wait for Monday. */
export const tierNames = ['fast', 'slow', 'steady', 'trickle'] as const
export type TierName = (typeof tierNames)[number]

export interface Leg {
  readonly leg: 'short' | 'long'
  readonly window: Duration
  /** Bad events that this leg must hold before its tier may speak. */
  readonly badEvents: number
}

export interface Tier {
  readonly name: TierName
  readonly alert: string
  readonly severity: 'critical' | 'warning' | 'ticket'
  readonly burn: string
  readonly budgetSharePercent: number
  /** How many times faster than allowed the budget must be spent: share × period ÷ long window. */
  readonly factor: number
  readonly short: Leg
  readonly long: Leg
  readonly evaluate: Duration
  readonly waitsForHistory: boolean
}

export interface Speed {
  readonly name: SpeedName
  readonly period: Duration
  /** Windows longer than this are summed from recorded counts. */
  readonly countsBeyond: Duration
  readonly tiers: readonly Tier[]
}

interface TierWords {
  readonly alert: string
  readonly severity: Tier['severity']
  readonly burn: string
  readonly budgetSharePercent: number
  readonly badEvents: { readonly short: number; readonly long: number }
  readonly waitsForHistory: boolean
}

function readTierWords(field: SpecField): TierWords {
  const tier = field.record(['alert', 'severity', 'burn', 'budgetShare', 'badEvents', 'history'])
  const badEvents = tier.badEvents.record(['short', 'long'])
  return {
    alert: tier.alert.text(/^[A-Z][A-Za-z]+$/, 'a name in CamelCase that says what happens'),
    severity: tier.severity.oneOf(['critical', 'warning', 'ticket']),
    burn: tier.burn.oneOf(['fast', 'slow', 'trickle']),
    budgetSharePercent: Number(
      tier.budgetShare.text(/^([1-9]\d?)%$/, 'a whole percentage from 1% to 99%').replace('%', ''),
    ),
    badEvents: { short: badEvents.short.wholeNumber(), long: badEvents.long.wholeNumber() },
    waitsForHistory: tier.history.oneOf(['short window', 'not needed']) === 'short window',
  }
}

function readSpeed(name: SpeedName, field: SpecField, words: ReadonlyMap<TierName, TierWords>): Speed {
  const speed = field.record(['period', 'countsBeyond', 'windows'])
  const period = speed.period.duration()
  const windows = speed.windows.record(tierNames)
  const tiers = tierNames.flatMap((tierName): Tier[] => {
    const legs = windows[tierName].record(['short', 'long', 'evaluate'])
    const [short, long] = [legs.short.duration(), legs.long.duration()]
    if (long.seconds <= short.seconds) legs.long.fail(`${long.text} is not longer than ${short.text}`, 'a longer one')
    const tier = words.get(tierName)
    if (!tier) return []
    const { badEvents, ...rest } = tier
    return [
      {
        ...rest,
        name: tierName,
        // One division of whole numbers: 14.4 and not 14.400000000000002.
        factor: (tier.budgetSharePercent * period.seconds) / (100 * long.seconds),
        short: { leg: 'short', window: short, badEvents: badEvents.short },
        long: { leg: 'long', window: long, badEvents: badEvents.long },
        evaluate: legs.evaluate.duration(),
      },
    ]
  })
  return { name, period, countsBeyond: speed.countsBeyond.duration(), tiers }
}

export function readWindows(text: string, file = 'prometheus/slo/windows.yml'): Readonly<Record<SpeedName, Speed>> {
  return readSpec(file, text, root => {
    const { tiers, speeds } = root.record(['tiers', 'speeds'])
    const tierFields = tiers.record(tierNames)
    const words = new Map(tierNames.map(name => [name, readTierWords(tierFields[name])] as const))
    const { real, lab } = speeds.record(speedNames)
    return { real: readSpeed('real', real, words), lab: readSpeed('lab', lab, words) }
  })
}
