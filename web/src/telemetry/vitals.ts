// How the page felt: the time until it was loaded, and five web vitals (web.dev/vitals) as the browser's own observers tell them.
// By hand, because the package web-vitals is a sixth of all the bytes that the store may have; a test in a browser holds the two
// to the same figures (docs/decisions/web-vitals-by-hand.md). Told once, when the page is put away for the first time.
import type { WebVital } from '@techmart/contracts/event-routes'
import { type Interaction, type LayoutShift, makeInteractionScore, makeShiftScore } from './vital-scores.ts'

export type Vitals = Partial<Record<WebVital, number>>

/** Begins to watch; gives the function that says what has been seen. What happened before is seen, too. */
export function watchVitals(): () => Vitals {
  const seen: Vitals = {}
  const rest: (() => void)[] = []
  const shiftScore = makeShiftScore()
  const interactionScore = makeInteractionScore()
  // A page that is opened behind others is painted whenever somebody looks.
  const isHidden = document.hidden

  function observe<Entry>(type: string, take: (entry: Entry) => void): void {
    const takeAll = (entries: PerformanceEntryList) => entries.forEach(entry => void take(entry as Entry))
    const observer = new PerformanceObserver(list => takeAll(list.getEntries()))
    // Events from two and a half frames on: 40 ms, rounded to eights by the browser.
    observer.observe({ type, buffered: true, durationThreshold: 40 } as PerformanceObserverInit)
    rest.push(() => takeAll(observer.takeRecords()))
  }

  function countEvent(event: Interaction): void {
    const { interactionCount } = performance as { interactionCount?: number }
    const score = interactionScore(event, interactionCount ?? 0)
    if (score) seen.INP = score
  }

  if (!isHidden) {
    observe<PerformanceEntry>('paint', ({ name, startTime }) => {
      if (name === 'first-contentful-paint') {
        seen.FCP = startTime
        // Not every browser tells of shifts: there 0 would be made up.
        if (PerformanceObserver.supportedEntryTypes.includes('layout-shift')) seen.CLS ??= 0
      }
    })
    observe<PerformanceEntry>('largest-contentful-paint', ({ startTime }) => {
      seen.LCP = startTime
    })
  }
  observe<LayoutShift>('layout-shift', shift => {
    seen.CLS = shiftScore(shift)
  })
  observe<Interaction>('event', countEvent)
  observe<Interaction>('first-input', countEvent)

  return () => {
    for (const take of rest) take()
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
    return { ...seen, ...(navigation && { TTFB: navigation.responseStart }) }
  }
}
