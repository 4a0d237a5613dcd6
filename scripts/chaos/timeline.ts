// What happened when, in seconds since the injection: kept for the verdict, and told line by line as it happens.

export type Step =
  | 'injected'
  | 'SLI turned'
  | 'example'
  | 'pending'
  | 'firing'
  | 'notified'
  | 'link'
  | 'healed'
  | 'recovered'
  | 'resolved'
  | 'also'
  | 'extra'
  | 'trouble'
  | 'undone'

export interface Entry {
  readonly step: Step
  readonly seconds: number
  readonly detail: string
}

export interface Timeline {
  readonly entries: readonly Entry[]
  /** `atMs` is when it happened, which may be earlier than when it was seen. */
  add(step: Step, atMs: number, detail: string): void
}

export function startTimeline(startMs: number, tell: (line: string) => void): Timeline {
  const entries: Entry[] = []
  return {
    entries,
    add(step, atMs, detail) {
      const seconds = Math.max(0, (atMs - startMs) / 1000)
      entries.push({ step, seconds, detail })
      tell(`${seconds.toFixed(1).padStart(7)} s  ${step.padEnd(10)}  ${detail}`)
    },
  }
}
