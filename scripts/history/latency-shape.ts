// How long events take: a lognormal body, and a thin tail of stragglers that reaches beyond the threshold.
import { durationBucketsMs } from '../slo/names.ts'

export interface LatencyShape {
  readonly medianMs: number
  readonly thresholdMs: number
  /** Share of the events that end later than the threshold. */
  readonly slowShare: number
}

/** Spread of the body: 99 % within 2.4 times the median. */
const bodySigma = 0.38

/** Medians as the lab on a small machine has them, in milliseconds; a journey that is not here gets the last. */
const mediansMs: Readonly<Record<string, number>> = {
  'product-discovery': 6,
  'product-search': 12,
  'product-review': 8,
  checkout: 165,
  'order-lookup': 6,
  'order-history': 9,
  'product-upload': 60,
  'product-upload-job': 300,
}
const otherMedianMs = 15

export const medianOf = (journey: string): number => mediansMs[journey] ?? otherMedianMs

/** Share of events that take `ms` or less. */
export function shareWithin(ms: number, { medianMs, thresholdMs, slowShare }: LatencyShape): number {
  // Stragglers spread evenly over orders of magnitude, from well above the median to four times the threshold.
  const nearest = Math.min(8 * medianMs, thresholdMs / 2)
  const farthest = 4 * thresholdMs
  const stragglers = Math.min(1, (slowShare * Math.log(farthest / nearest)) / Math.log(farthest / thresholdMs))
  const body = normalShare(Math.log(ms / medianMs) / bodySigma)
  const tail = Math.min(1, Math.max(0, Math.log(ms / nearest) / Math.log(farthest / nearest)))
  return (1 - stragglers) * body + stragglers * tail
}

/** Mean of the same distribution, for the histogram's sum. */
export function meanMs({ medianMs, thresholdMs, slowShare }: LatencyShape): number {
  return medianMs * Math.exp(bodySigma ** 2 / 2) * (1 - slowShare) + 2 * thresholdMs * slowShare
}

export const bucketShares = (shape: LatencyShape): number[] => durationBucketsMs.map(bound => shareWithin(bound, shape))

/** Abramowitz and Stegun 26.2.17; off by less than 1e-7. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z))
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  const upper = 0.3989422804014327 * Math.exp((-z * z) / 2) * polynomial
  return z > 0 ? 1 - upper : upper
}
