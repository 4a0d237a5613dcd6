// Faults of a whole process. Each looks at its own end on every turn, and even while it keeps the event loop: nobody can tell a
// process that stands still to stop.

import { longestBlockMs } from '@techmart/contracts/fault-rules'
import type { Fault } from '@techmart/contracts/faults'

/** Begins; the function that is returned ends it. */
export function startProcessFault(fault: Fault): () => void {
  const endsAtMs = Date.parse(fault.endsAt)
  if (fault.kind === 'cpu-burn') return burn(fault.ratio, endsAtMs)
  if (fault.kind === 'block-loop') return block(fault.ratio, fault.latencyMs ?? 100, endsAtMs)
  if (fault.kind === 'leak-memory' && fault.leak) return leak(fault.leak, endsAtMs)
  return () => {}
}

const turnMs = 20

/** Busy for `ratio` of the time, in slices so short that the event loop is slow but not still. */
function burn(ratio: number, endsAtMs: number): () => void {
  return repeat(endsAtMs, () => {
    const untilMs = performance.now() + turnMs * ratio
    let sink = 0
    while (performance.now() < untilMs) sink += Math.sqrt(sink + 1)
    return turnMs * (1 - ratio)
  })
}

/** In this time between two blocks the end of the fault can be heard of. */
const shortestPauseMs = 100

/** Stands still for `blockMs` at a time, as a synchronous call does that waits for a disk: it costs no CPU. */
function block(ratio: number, blockMs: number, endsAtMs: number): () => void {
  const cell = new Int32Array(new SharedArrayBuffer(4))
  return repeat(endsAtMs, () => {
    const stillMs = Math.min(blockMs, longestBlockMs, endsAtMs - Date.now())
    Atomics.wait(cell, 0, 0, stillMs)
    return Math.max(shortestPauseMs, (stillMs * (1 - ratio)) / ratio)
  })
}

const leakEveryMs = 250
/** Numbers that are no small integers take eight bytes each. */
const doublesPerMegabyte = 131_072

/** Holds more and more of the heap, up to its bound; lets go of all when it ends. */
function leak({ maxMegabytes, megabytesPerSecond }: NonNullable<Fault['leak']>, endsAtMs: number): () => void {
  let held: number[][] = []
  let dueMegabytes = 0
  const stop = repeat(
    endsAtMs,
    () => {
      dueMegabytes = Math.min(maxMegabytes, dueMegabytes + (megabytesPerSecond * leakEveryMs) / 1_000)
      while (held.length < Math.floor(dueMegabytes)) held.push(new Array(doublesPerMegabyte).fill(held.length + 0.5))
      return leakEveryMs
    },
    () => {
      held = []
    },
  )
  return stop
}

/** Does the work again and again, after the pause in milliseconds that it asks for, until the end or until stopped. */
function repeat(endsAtMs: number, work: () => number, onEnd = () => {}): () => void {
  let timer: NodeJS.Timeout | undefined
  const stop = () => {
    clearTimeout(timer)
    onEnd()
  }
  const turn = () => {
    if (Date.now() >= endsAtMs) return stop()
    timer = setTimeout(turn, work())
  }
  timer = setTimeout(turn, 0)
  return stop
}
