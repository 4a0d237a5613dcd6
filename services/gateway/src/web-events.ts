// What browsers tell becomes counters with few labels, and log lines of the service `web`. Texts are a stranger's: cut, without
// control characters, and without what looks personal.
import {
  type BrowserEvent,
  type FunnelStep,
  funnelSteps,
  type WebVital,
  webVitals,
} from '@techmart/contracts/event-routes'
import { countries, segments } from '@techmart/contracts/shop'
import type { ForeignLog } from '@techmart/platform/foreign-log'
import type { ForeignTrace } from '@techmart/platform/foreign-trace'
import type { Metrics } from '@techmart/platform/metrics'
import { withoutPathSecrets, withoutSecrets } from '@techmart/platform/redaction'
import { spanOf, writeAction } from './web-actions.ts'

export interface WebEvents {
  /** Never throws. */
  reported(event: BrowserEvent): void
}

const unknown = 'unknown'

export function makeWebEvents(metrics: Metrics, log: ForeignLog, traces: ForeignTrace): WebEvents {
  const funnel = metrics.counter('funnel_events_total', 'Steps of shoppers on their way to a sale.', [
    'step',
    'country',
    'segment',
  ])
  const pageLoads = metrics.histogram(
    'web_page_load_seconds',
    'How long pages took to load, as browsers say.',
    [],
    seconds,
  )
  const vitals = metrics.histogram(
    'web_vital_seconds',
    'Web vitals that are times, as browsers say.',
    ['metric'],
    seconds,
  )
  const shifts = metrics.histogram(
    'web_layout_shift_score',
    'How much pages moved while they loaded (CLS), as browsers say.',
    [],
    [0.01, 0.05, 0.1, 0.15, 0.25, 0.5, 1],
  )
  const errors = metrics.counter('web_errors_total', 'Errors that browsers told of.')
  for (const step of funnelSteps) {
    for (const country of [...countries, unknown]) {
      for (const segment of segments) funnel.inc({ step, country, segment }, 0)
    }
  }
  for (const metric of webVitals) if (metric !== 'CLS') vitals.zero({ metric })

  return {
    reported(event) {
      switch (event.name) {
        case 'page_load':
          pageLoads.observe(event.durationMs / 1_000)
          return log.write({
            level: 'info',
            message: 'page loaded',
            ...spanOf(event),
            attributes: { ...whereAndWhen(event), duration_ms: event.durationMs },
          })
        case 'web_vital':
          observe(event.metric, event.value)
          return log.write({
            level: 'info',
            message: 'web vital',
            ...spanOf(event),
            attributes: { ...whereAndWhen(event), metric: event.metric, value: event.value },
          })
        case 'error':
          errors.inc()
          return log.write({
            level: 'error',
            message: toPlainText(event.message, 300),
            ...spanOf(event),
            attributes: {
              ...whereAndWhen(event),
              ...(event.stack === undefined ? {} : { 'exception.stacktrace': toPlainText(event.stack, 1_000) }),
            },
          })
        case 'action':
          return writeAction(event, { log, traces })
        default:
          // Steps are many, and each is like the other: the counter says it all.
          countStep(event.name, event)
      }
    },
  }

  function countStep(step: FunnelStep, who: { country?: string; segment?: string }): void {
    funnel.inc({ step, country: who.country ?? unknown, segment: who.segment ?? unknown })
  }

  function observe(metric: WebVital, value: number): void {
    if (metric === 'CLS') shifts.observe(value)
    else vitals.observe({ metric }, value / 1_000)
  }
}

const seconds = [0.05, 0.1, 0.2, 0.5, 0.8, 1.8, 2.5, 4, 10] as const

const whereAndWhen = ({ name, page, at }: { name: string; page?: string; at?: string }) => ({
  'event.name': `browser.${name}`,
  ...(page === undefined ? {} : { page: withoutPathSecrets(page) }),
  ...(at === undefined ? {} : { occurred_at: at }),
})

/** One line without control characters; queries of addresses go, for whatever they hold may be somebody's. */
function toPlainText(text: string, maxLength: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out.
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').replace(/[?#][^\s)'"]*/g, '')
  return withoutSecrets(line).slice(0, maxLength).toWellFormed()
}
