// What is told of a browser that tells less than Chromium; what Chromium tells, a test in a browser compares with web-vitals.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { watchVitals } from '../src/telemetry/vitals.ts'

interface Seen {
  readonly entryType: string
  readonly name: string
  readonly startTime: number
}

/** A browser that has seen this, and observes no other types. */
function openBrowser(t: TestContext, supportedEntryTypes: readonly string[], seen: readonly Seen[]): void {
  class Observer {
    static readonly supportedEntryTypes = supportedEntryTypes
    #records: Seen[] = []
    observe({ type }: { type: string }): void {
      if (supportedEntryTypes.includes(type)) this.#records = seen.filter(({ entryType }) => entryType === type)
    }
    takeRecords = () => this.#records
  }
  const before = { document: globalThis.document, PerformanceObserver: globalThis.PerformanceObserver }
  Object.assign(globalThis, { document: { hidden: false }, PerformanceObserver: Observer })
  t.after(() => Object.assign(globalThis, before))
}

const painted = { entryType: 'paint', name: 'first-contentful-paint', startTime: 120 }

test('a page that did not move has a layout shift of 0 where the browser would have told of one', t => {
  openBrowser(t, ['layout-shift', 'paint'], [painted])

  assert.deepEqual(pick(watchVitals()()), { FCP: 120, CLS: 0 })
})

test('a browser that tells of no layout shifts (Firefox, Safari) has none, and not 0', t => {
  openBrowser(t, ['paint'], [painted])

  assert.deepEqual(pick(watchVitals()()), { FCP: 120 })
})

/** Node has a navigation of its own. */
const pick = ({ TTFB: _, ...others }: ReturnType<ReturnType<typeof watchVitals>>) => others
