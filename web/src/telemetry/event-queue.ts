// Keeps events for some seconds and sends them together. Bounded in every direction: what a visit may tell, what a request
// may carry. An event that cannot be sent is gone: telemetry is worth no retry on somebody's phone.
import type { BrowserEvent } from '@techmart/contracts/event-routes'

export interface EventQueue {
  add(event: BrowserEvent): void
  /** Sends what is there. */
  flush(): void
}

export interface EventQueuePorts {
  /** Sends a JSON body; true when the browser took it. */
  send: (body: string) => boolean
  isHidden: () => boolean
  later: (work: () => void, ms: number) => void
}

/** Long enough for the events of one page to share a request. */
const collectMs = 3_000
/** POST /api/events takes twenty events in 8,192 bytes; the frame around them needs some. */
const maxEvents = 20
const maxBytes = 8_000
/** A tab that is open all day says no more than this. */
const maxEventsOfVisit = 500

export function makeEventQueue({ send, isHidden, later }: EventQueuePorts): EventQueue {
  let waiting: string[] = []
  let bytes = 0
  let told = 0
  let isPlanned = false

  function flush(): void {
    const events = waiting
    waiting = []
    bytes = 0
    if (events.length > 0) send(`{"events":[${events.join()}]}`)
  }

  return {
    add(event) {
      if (++told > maxEventsOfVisit) return
      const text = JSON.stringify(event)
      // Escaped text is ASCII but for letters of other scripts, of up to three bytes a unit.
      const size = new Blob([text]).size + 1
      if (size > maxBytes) return
      if (bytes + size > maxBytes || waiting.length === maxEvents) flush()
      waiting.push(text)
      bytes += size
      // A hidden page may never run again.
      if (isHidden()) return flush()
      if (isPlanned) return
      isPlanned = true
      later(() => {
        isPlanned = false
        flush()
      }, collectMs)
    },
    flush,
  }
}
