// Chance, handed in so that a test can decide it.
import { createHash } from 'node:crypto'

/** A number from 0 up to, not including, 1. */
export type Chance = () => number

/** The same text always gives the same number from 0 up to 1: the fate of a charge key survives a restart. */
export function fateOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}

const medianMs = 70
// Nine of ten answers within 70 ms divided and multiplied by e^(1.645 × 0.33): about 40 to 120 ms.
const spread = 0.33
const slowShare = 0.01
const slowMedianMs = 450
/** Shorter than the 1.5 s that payments waits, so that slowness alone is never a failure. */
const longestMs = 1_200

/** A lognormal time to answer with a slow tail, as providers have it. */
export function drawLatencyMs(chance: Chance): number {
  // Box-Muller; 1 - chance() is never 0, whose logarithm is infinite.
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance())
  const median = chance() < slowShare ? slowMedianMs : medianMs
  return Math.min(longestMs, median * Math.exp(spread * normal))
}
