// Two web vitals are made from many small events; how is said at web.dev/cls and web.dev/inp.

export interface LayoutShift {
  readonly startTime: number
  readonly value: number
  /** It followed a click or a key within half a second: the shopper expects it. */
  readonly hadRecentInput: boolean
}

/** Shifts within a second of one another, and within five of the first, are one burst. Gives the worst burst's sum so far. */
export function makeShiftScore(): (shift: LayoutShift) => number {
  let worst = 0
  let sum = 0
  let first = 0
  let last = 0
  return ({ startTime, value, hadRecentInput }) => {
    if (!hadRecentInput) {
      const isSame = startTime - last < 1_000 && startTime - first < 5_000
      if (!isSame) first = startTime
      sum = isSame ? sum + value : value
      last = startTime
      worst = Math.max(worst, sum)
    }
    return worst
  }
}

export interface Interaction {
  readonly interactionId: number
  readonly duration: number
}

/** One in fifty interactions may be worse than the score: an accident. Ten of the slowest serve the first five hundred. */
const kept = 10

/** Gives the slowest interaction but one in every fifty. One is several events (down, up, click), of which the longest counts. */
export function makeInteractionScore(): (event: Interaction, interactions: number) => number {
  const durations = new Map<number, number>()
  return ({ interactionId, duration }, interactions) => {
    if (interactionId) durations.set(interactionId, Math.max(duration, durations.get(interactionId) ?? 0))
    const slowest = [...durations].sort((a, b) => b[1] - a[1])
    for (const [quick] of slowest.splice(kept)) durations.delete(quick)
    return slowest[Math.min(slowest.length - 1, Math.floor(interactions / 50))]?.[1] ?? 0
  }
}
