// What the store's pages call. Nothing here throws, waits or keeps anything: no cookie, no id of a person, no query of an
// address. All of it goes to POST /api/events of this very origin.
//
// In short, for pages:
//   main.tsx            startTelemetry(), before the first render
//   api/client.ts       tracedFetch(route, url, init) in place of fetch
//   a page that shows   reportStep('browse'), reportStep('view', { productId }); the cart: reportStep('cart', { productId })
//   sign-in, country    setShopper({ country, segment }), as soon as they are known
//   an error boundary   reportError(error)
import type { BrowserEvent, FunnelStep, WebVital } from '@techmart/contracts/event-routes'
import type { Method } from '@techmart/contracts/route'
import type { Country, Segment } from '@techmart/contracts/shop'
import { type Actions, makeActions } from './actions.ts'
import { type EventQueue, makeEventQueue } from './event-queue.ts'
import { newSpanId, newTraceId, toTraceparent } from './trace-ids.ts'

export interface Shopper {
  country?: Country | undefined
  segment?: Segment | undefined
}

export type TracedInit = RequestInit & { method?: Method }

interface Running {
  actions: Actions
  queue: EventQueue
  errors: Set<string>
}

let running: Running | undefined
let shopper: { country?: Country; segment?: Segment } = {}

/** Errors that one visit tells of; the same one once. */
const maxErrors = 10

/**
 * Begins to listen: clicks, submits, typing and going back begin a trace each; errors nobody caught are told; page load and web
 * vitals of a visit that is sampled, too. Call it once, before the first render.
 */
export function startTelemetry(): void {
  if (running) return
  const isSampled = Math.random() < readSampleRatio()
  const later = (work: () => void, ms: number) => void setTimeout(work, ms)
  const queue = makeEventQueue({
    send: body => navigator.sendBeacon('/api/events', new Blob([body], { type: 'application/json' })),
    isHidden: () => document.visibilityState === 'hidden',
    later,
  })
  const actions = makeActions({
    report: queue.add,
    isSampled,
    now: () => performance.now(),
    originMs: performance.timeOrigin,
    page: currentPage,
    later,
  })
  running = { actions, queue, errors: new Set() }

  // In the capture phase, so that the trace is there before a page's own handler calls anything.
  for (const kind of ['click', 'submit', 'input'] as const) {
    document.addEventListener(kind, () => actions.begin(kind), true)
  }
  addEventListener('popstate', () => actions.begin('back'), true)
  addEventListener('error', event => reportError(event.error ?? event.message))
  addEventListener('unhandledrejection', event => reportError(event.reason))
  addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden') return
    actions.flush()
    queue.flush()
  })
  const opening = actions.traceparent()
  if (isSampled) whenLoaded(() => void watchVisit(queue, opening))
}

/** A step of the funnel on this side of the checkout: browse (a list of products), view (one product), cart (put into it). */
export function reportStep(step: FunnelStep, about: { productId?: number } = {}): void {
  // Never sampled: the shares of the funnel compare with orders, which are all counted.
  add({ name: step, ...about, ...shopper })
}

/** What is known of the shopper and is no secret: two words from short lists. Later steps carry them. */
export function setShopper(known: Shopper): void {
  const { country, segment } = known
  shopper = { ...(country && { country }), ...(segment && { segment }) }
}

/** An error that nobody expected: one in the code. Refusals of the store (sold out, declined) are none. */
export function reportError(error: unknown): void {
  const message = String((error instanceof Error ? error.message : error) || 'unknown').slice(0, 300)
  if (!running || running.errors.size >= maxErrors || running.errors.has(message)) return
  running.errors.add(message)
  const stack = error instanceof Error && error.stack ? { stack: error.stack.slice(0, 1_000) } : {}
  add({ name: 'error', message, ...stack, traceparent: running.actions.traceparent() })
}

/**
 * fetch, as part of what the shopper just did: the request carries the `traceparent` of that action's trace, and the gateway is
 * told how long it took from here. `route` is the path in the contract (`/api/products/:id`), `url` what is asked.
 */
export async function tracedFetch(route: string, url: string, init: TracedInit = {}): Promise<Response> {
  const call = running?.actions.call(init.method ?? 'GET', route)
  const headers = new Headers(init.headers)
  headers.set('traceparent', call?.traceparent ?? newTraceparent())
  let status = 0
  try {
    const reply = await fetch(url, { ...init, headers })
    status = reply.status
    return reply
  } finally {
    call?.end(status)
  }
}

/** For a request that tracedFetch cannot make: a trace of its own. */
export const newTraceparent = (): string => toTraceparent(newTraceId(), newSpanId(), true)

function add(event: BrowserEvent): void {
  const page = currentPage()
  running?.queue.add({ ...(page !== undefined && { page }), ...event } as BrowserEvent)
}

/** Paths of this store alone fit; an address that somebody made up is left out. */
function currentPage(): string | undefined {
  return /^\/[\w/-]{0,99}$/.test(location.pathname) ? location.pathname : undefined
}

/** The share of visits that are measured, from the page (`WEB_SAMPLE_RATIO` of the gateway); 1 where it does not say. */
function readSampleRatio(): number {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="sample-ratio"]')
  return meta ? Number(meta.content) : 1
}

function whenLoaded(work: () => void): void {
  if (document.readyState === 'complete') work()
  else addEventListener('load', work, { once: true })
}

/** Vitals are those of the page that was opened, whatever is shown when they are known. */
async function watchVisit(queue: EventQueue, traceparent: string): Promise<void> {
  const page = currentPage()
  const where = { ...(page !== undefined && { page }), traceparent }
  const { watchVitals } = await import('./vitals.ts')
  watchVitals({
    pageLoaded: durationMs => queue.add({ name: 'page_load', durationMs: Math.round(durationMs), ...where }),
    vital: (metric: WebVital, value: number) =>
      // CLS is a score below 1; the others are milliseconds.
      queue.add({ name: 'web_vital', metric, value: Math.round(value * 1_000) / 1_000, ...where }),
  })
}
