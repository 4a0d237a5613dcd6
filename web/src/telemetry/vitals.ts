// How the page felt: the time until it was loaded, and three web vitals (web.dev/vitals). In a file of its own, which is
// loaded after the page: measuring must not slow what it measures. web-vitals sees what happened before it came.
import type { WebVital } from '@techmart/contracts/event-routes'
import { onCLS } from 'web-vitals/onCLS.js'
import { onINP } from 'web-vitals/onINP.js'
import { onLCP } from 'web-vitals/onLCP.js'

export interface VitalsPorts {
  pageLoaded: (durationMs: number) => void
  vital: (metric: WebVital, value: number) => void
}

/** Call it once the page is loaded. */
export function watchVitals({ pageLoaded, vital }: VitalsPorts): void {
  const [navigation] = performance.getEntriesByType('navigation')
  if (navigation) pageLoaded((navigation as PerformanceNavigationTiming).loadEventStart)
  for (const on of [onLCP, onCLS, onINP]) on(({ name, value }) => vital(name, value))
}
