// Keeps events for some seconds and sends them together. Bounded in every direction: what a visit may tell, what a request
// may carry. An event that cannot be sent is gone: telemetry is worth no retry on somebody's phone.
import type { BrowserEvent } from '@techmart/contracts/event-routes'

export interface EventQueue {
  add(event: BrowserEvent): void
  /** Sends what is there, at once. */
  flush(): void
}

/** Long enough for the events of one page to share a request. */
const collectMs = 3_000
/** POST /api/events takes twenty events in 8,192 bytes; a letter of another script, as it may stand in an error, takes three. */
const maxEvents = 20
const maxLetters = 2_700
/** A tab that is open all day says no more than this. */
const maxEventsOfVisit = 500

export function makeEventQueue(): EventQueue {
  let waiting: string[] = []
  let letters = 0
  let told = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    if (letters)
      navigator.sendBeacon('/api/events', new Blob([`{"events":[${waiting}]}`], { type: 'application/json' }))
    waiting = []
    letters = 0
  }

  return {
    add(event) {
      const text = JSON.stringify(event)
      if (++told > maxEventsOfVisit) return
      if (letters + text.length > maxLetters || waiting.length === maxEvents) flush()
      waiting.push(text)
      letters += text.length
      // A hidden page may never run again; what is told in this turn still goes together.
      if (document.hidden) queueMicrotask(flush)
      else timer ??= setTimeout(flush, collectMs)
    },
    flush,
  }
}
