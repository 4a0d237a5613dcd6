// What a tier means in seconds and events. Everything here follows from windows.yml and objectives.yml; nothing is typed.
import type { Tier } from './windows.ts'

export interface Pace {
  /** 1 − objective: the share of events that may be bad. */
  readonly budget: number
  /** Share of events that are bad from one moment on, after a healthy time. */
  readonly badShare: number
  readonly eventsPerSecond: number
}

/**
 * Seconds of trouble until the tier fires; undefined when it never does. Long window × factor × budget ÷ bad share: so long
 * it takes until that share of the window is bad. Guards may want more events than that.
 */
export function secondsToFire(tier: Tier, { budget, badShare, eventsPerSecond }: Pace): number | undefined {
  if (badShare <= tier.factor * budget || eventsPerSecond <= 0) return undefined
  const byBurn = (tier.long.window.seconds * tier.factor * budget) / badShare
  const byGuard = tier.long.badEvents / (eventsPerSecond * badShare)
  return Math.max(byBurn, byGuard)
}

/** Seconds after the healing until the short window is clean enough, when the trouble had filled it. */
export function secondsToClear(tier: Tier, { budget, badShare }: Pace): number {
  return tier.short.window.seconds * (1 - (tier.factor * budget) / badShare)
}

const steps = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
] as const

/** 51.84 → '52 s', 7776 → '2.2 h'. */
export function toWords(seconds: number): string {
  const [size, unit] = steps.find(([length]) => seconds >= 2 * length) ?? [1, 's']
  const amount = seconds / size
  return `${amount >= 10 || unit === 's' ? Math.round(amount) : Math.round(amount * 10) / 10} ${unit}`
}
