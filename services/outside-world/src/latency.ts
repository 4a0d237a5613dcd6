// How long the providers take: a lognormal time with a slow tail, as providers have it.
import type { Chance } from './chance.ts'

export interface Pace {
  readonly medianMs: number
  /** Of the slow tail. */
  readonly slowMedianMs: number
  readonly longestMs: number
}

// Nine of ten answers lie within the median divided and multiplied by e^(1.645 × 0.33): 70 ms are about 40 to 120 ms.
const spread = 0.33

/** Payments and mail: shorter than the 1.5 s that payments waits, so that slowness alone is never a failure. */
export const unhurriedPace: Pace = { medianMs: 70, slowMedianMs: 450, longestMs: 1_200 }
/** The carrier: mostly quicker, and in its tail slower than the half second that a checkout waits. */
export const carrierPace: Pace = { medianMs: 40, slowMedianMs: 900, longestMs: 3_000 }

/** `slowRatio`: the share of answers out of the slow tail. */
export function drawLatencyMs(chance: Chance, { medianMs, slowMedianMs, longestMs }: Pace, slowRatio: number): number {
  // Box-Muller; 1 - chance() is never 0, whose logarithm is infinite.
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
  const median = chance() < slowRatio ? slowMedianMs : medianMs
  return Math.min(longestMs, median * Math.exp(spread * normal))
}
