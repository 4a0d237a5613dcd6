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
import { watchVitals } from './vitals.ts'

export interface Shopper {
  country?: Country
  segment?: Segment
}

export interface TracedInit extends RequestInit {
  method?: Method
  headers?: Record<string, string>
}

let running: { readonly queue: EventQueue; readonly actions: Actions } | undefined
let shopper: Shopper = {}

/** Errors that one visit tells of; the same one once. */
const maxErrors = 10
const errors = new Set<string>()

/**
 * Begins to listen: clicks, submits, typing and going back begin a trace each; errors nobody caught are told; page load and web
 * vitals of a visit that is sampled, too. Call it once, before the first render.
 */
export function startTelemetry(): void {
  // The share of visits that are measured stands in the page (WEB_SAMPLE_RATIO of the gateway).
  const ratio = document.querySelector<HTMLMetaElement>('[name=sample-ratio]')?.content ?? 1
  const isSampled = Math.random() < +ratio
  const queue = makeEventQueue()
  const actions = makeActions(queue.add, isSampled, currentPage)
  running = { queue, actions }

  // In the capture phase, so that the trace is there before a page's own handler calls anything.
  for (const kind of ['click', 'submit', 'input'] as const) addEventListener(kind, () => actions.begin(kind), true)
  addEventListener('popstate', () => actions.begin('back'), true)
  addEventListener('error', event => reportError(event.error ?? event.message))
  addEventListener('unhandledrejection', event => reportError(event.reason))

  // They are those of the page that was opened, whatever is shown when they are told.
  const opened = { page: currentPage(), traceparent: actions.traceparent() }
  let vitals = isSampled ? watchVitals() : undefined
  if (isSampled) {
    addEventListener('load', ({ timeStamp }) => queue.add({ name: 'page_load', durationMs: timeStamp, ...opened }))
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return
    actions.flush()
    for (const [metric, value] of Object.entries(vitals?.() ?? {}) as [WebVital, number][]) {
      queue.add({ name: 'web_vital', metric, value, ...opened })
    }
    vitals = undefined
    queue.flush()
  })
}

/** A step of the funnel on this side of the checkout: browse (a list of products), view (one product), cart (put into it). */
export function reportStep(step: FunnelStep, about: { productId?: number } = {}): void {
  // Never sampled: the shares of the funnel compare with orders, which are all counted.
  add({ name: step, ...about, ...shopper })
}

/** What is known of the shopper and is no secret: two words from short lists. Later steps carry them. */
export function setShopper(known: Shopper): void {
  shopper = known
}

/** An error that nobody expected: one in the code. Refusals of the store (sold out, declined) are none. */
export function reportError(error: unknown): void {
  const { message = error, stack } = Object(error)
  const text = String(message || 'unknown').slice(0, 300)
  if (!running || errors.size === maxErrors || errors.has(text)) return
  errors.add(text)
  add({
    name: 'error',
    message: text,
    ...(stack && { stack: stack.slice(0, 1_000) }),
    traceparent: running.actions.traceparent(),
  })
}

/**
 * fetch, as part of what the shopper just did: the request carries the `traceparent` of that action's trace, and the gateway is
 * told how long it took from here. `route` is the path in the contract (`/api/products/:id`), `url` what is asked.
 */
export async function tracedFetch(route: string, url: string, init: TracedInit = {}): Promise<Response> {
  const call = running?.actions.call(init.method ?? 'GET', route)
  let status = 0
  try {
    const reply = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...(call && { traceparent: call.traceparent }) },
    })
    status = reply.status
    return reply
  } catch (error) {
    // Somebody went on typing, or away: nginx's number for it.
    if ((error as Error).name === 'AbortError') status = 499
    throw error
  } finally {
    call?.end(status)
  }
}

const add = (event: BrowserEvent): void => running?.queue.add({ page: currentPage(), ...event } as BrowserEvent)

/** Addresses of this store fit; one that somebody made up is nobody's business. */
const currentPage = (): string => (/^\/[\w/-]{0,99}$/.test(location.pathname) ? location.pathname : '/other')
