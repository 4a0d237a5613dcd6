// As much of a browser as telemetry asks for, on the globals where it looks: a document that can be put away, an address,
// beacons that are kept, and a clock that a test moves.
import type { TestContext } from 'node:test'
import type { BrowserEvent } from '@techmart/contracts/event-routes'

export interface FakeBrowser {
  /** What was sent, a list for each request. */
  readonly sent: BrowserEvent[][]
  readonly document: EventTarget & { hidden: boolean }
  /** Timers run, and performance.now() has gone on. */
  pass(ms: number): void
  goTo(pathname: string): void
  /** The tab goes behind another one. */
  putAway(): void
  /** As the browser tells: on the window. */
  dispatch(type: string, properties?: object): void
}

export function fakeBrowser(t: TestContext, options: { sampleRatio?: number; pathname?: string } = {}): FakeBrowser {
  const { sampleRatio = 1, pathname = '/' } = options
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let nowMs = 0
  t.mock.method(performance, 'now', () => nowMs)

  const sent: BrowserEvent[][] = []
  const meta = { content: String(sampleRatio) }
  const document = Object.assign(new EventTarget(), { hidden: false, querySelector: () => meta })
  const window = new EventTarget()
  const location = { pathname }
  put(t, 'document', document)
  put(t, 'location', location)
  put(t, 'addEventListener', window.addEventListener.bind(window))
  put(t, 'PerformanceObserver', FakeObserver)
  put(t, 'navigator', {
    sendBeacon(url: string, body: FakeBlob) {
      if (url !== '/api/events') throw new Error(`a beacon to ${url}`)
      sent.push(JSON.parse(textOf(body)).events)
      return true
    },
  })
  put(t, 'Blob', FakeBlob)

  return {
    sent,
    document,
    pass(ms) {
      // Step by step: a timer may set another one.
      for (let step = 0; step < ms; step++) {
        nowMs++
        t.mock.timers.tick(1)
      }
    },
    goTo(next) {
      location.pathname = next
    },
    putAway() {
      document.hidden = true
      document.dispatchEvent(new Event('visibilitychange'))
    },
    dispatch: (type, properties = {}) => window.dispatchEvent(Object.assign(new Event(type), properties)),
  }
}

class FakeBlob {
  readonly text: string
  readonly type: string
  constructor(parts: string[], options: { type: string }) {
    this.text = parts.join('')
    this.type = options.type
  }
}

function textOf({ text, type }: FakeBlob): string {
  if (type !== 'application/json') throw new Error(`a beacon of ${type}`)
  return text
}

/** Nothing is ever painted here. */
class FakeObserver {
  observe(): void {}
  takeRecords(): [] {
    return []
  }
}

/** A global, until the test ends. */
function put(t: TestContext, name: string, value: unknown): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, name)
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  t.after(() => {
    if (before) Object.defineProperty(globalThis, name, before)
    else Reflect.deleteProperty(globalThis, name)
  })
}
