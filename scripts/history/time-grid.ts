// The moments at which the past is known: far apart long ago, as close as real samples shortly before the start. All of them lie
// on whole steps before the end, so that a count of five minutes begins and ends on one.

const hour = 3_600
const day = 24 * hour

/** A stretch of time with samples every `step` seconds: from `from` seconds before the end to `to` seconds before it. */
export interface Stretch {
  readonly from: number
  readonly to: number
  readonly step: number
}

/**
 * Raw samples of the last day. A graph of three hours or less asks for rates over 20 s, and wants two samples in them; one of
 * seven hours over 35 s; one of a day over more than a minute.
 */
export const rawStretches: readonly Stretch[] = [
  { from: day, to: 7 * hour, step: 30 },
  { from: 7 * hour, to: 3 * hour, step: 15 },
  { from: 3 * hour, to: hour, step: 10 },
  { from: hour, to: 0, step: 5 },
]

/**
 * From the oldest on, seconds since 1970, from `since` (included) to `until`. The end belongs to the last stretch; each beginning
 * to its own.
 */
export function* timesOf(
  stretches: readonly Stretch[],
  end: number,
  since = Number.NEGATIVE_INFINITY,
  until = Number.POSITIVE_INFINITY,
): Generator<number> {
  for (const [index, { from, to, step }] of stretches.entries()) {
    const last = index === stretches.length - 1 ? to : to + step
    const skipped = Math.max(0, Math.ceil((since - (end - from)) / step))
    for (let age = from - (Number.isFinite(skipped) ? skipped * step : 0); age >= last; age -= step) {
      if (end - age >= until) return
      yield end - age
    }
  }
}

/** The grid that the past is made on, and where a time lies on it. */
export class TimeGrid {
  readonly end: number
  readonly times: Float64Array
  readonly #stretches: readonly (Stretch & { readonly firstIndex: number })[]

  /** `stretches` from the oldest to the newest, one beginning where the one before it ends, the last one ending at 0. */
  constructor(stretches: readonly Stretch[], end: number) {
    this.end = end
    this.times = Float64Array.from(timesOf(stretches, end))
    let firstIndex = 0
    this.#stretches = stretches.map(stretch => {
      const placed = { ...stretch, firstIndex }
      firstIndex += (stretch.from - stretch.to) / stretch.step
      return placed
    })
  }

  get start(): number {
    return this.times[0] ?? this.end
  }

  /** The value of a running count at any time, on a straight line between the grid's points. */
  valueAt(counts: Float64Array, time: number): number {
    const position = this.#positionOf(time)
    const before = Math.floor(position)
    const low = counts[before] ?? 0
    const share = position - before
    return share === 0 ? low : low + share * ((counts[before + 1] ?? low) - low)
  }

  #positionOf(time: number): number {
    const age = this.end - time
    for (const { from, to, step, firstIndex } of this.#stretches) {
      if (age > from) return 0
      if (age >= to) return firstIndex + (from - age) / step
    }
    return this.times.length - 1
  }
}

/**
 * `countSeconds`: how often the rules record a count, and `period` the time of the error budget, in seconds. Twice the period, so
 * that the budget on the first day shown has a whole period behind it.
 */
export function buildGrid(end: number, period: number, countSeconds: number, shownSeconds = 30 * day): TimeGrid {
  const counted = 2 * period
  const older = shownSeconds > counted ? [{ from: shownSeconds, to: counted, step: 300 }] : []
  return new TimeGrid([...older, { from: counted, to: day, step: countSeconds }, ...rawStretches], end)
}
