// What a shopper did becomes spans of the service `web`: the action is the trace's root, and each of its calls stands between
// it and the gateway's own span, which named it as its parent. Every word in a span is from a list of ours.
import type { ActionEvent } from '@techmart/contracts/event-routes'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import type { ForeignLog } from '@techmart/platform/foreign-log'
import type { ForeignTrace } from '@techmart/platform/foreign-trace'
import { findStorePage } from './store-pages.ts'

type Call = ActionEvent['calls'][number]

const knownRoutes: ReadonlySet<string> = new Set(
  [...publicRoutes.map(({ route }) => route), ...edgeRoutes].map(({ method, path }) => `${method} ${path}`),
)

/** Where a browser's clock may stand from ours, either way; beyond it the action is put where it arrived. */
const clockToleranceMs = 60_000

export function writeAction(event: ActionEvent, to: { log: ForeignLog; traces: ForeignTrace }): void {
  const ids = toSpanIds(event.traceparent)
  const page = findStorePage(event.page ?? '') ?? 'other'
  const startMs = toStartMs(event, Date.now())
  const failed = event.calls.filter(isFailed).length
  to.traces.write({
    ...ids,
    name: `${event.kind} ${page}`,
    kind: 'internal',
    startMs,
    durationMs: event.durationMs,
    failed: failed > 0,
    attributes: { 'web.action': event.kind, 'web.page': page },
  })
  for (const call of event.calls) to.traces.write(toCallSpan(call, ids, startMs))
  // A page that follows an order asks every few seconds: the spans say it all.
  if (event.kind === 'background' && failed === 0) return
  to.log.write({
    level: failed > 0 ? 'error' : 'info',
    message: `${event.kind} ${page}: ${failed} of ${event.calls.length} calls failed`,
    attributes: {
      'event.name': 'browser.action',
      kind: event.kind,
      page,
      duration_ms: Math.round(event.durationMs),
      calls: event.calls.length,
      failed,
    },
    span: ids,
  })
}

/** For a record of an event that says where it belongs. */
export const spanOf = ({ traceparent }: { traceparent?: string }) =>
  traceparent === undefined ? {} : { span: toSpanIds(traceparent) }

function toCallSpan(call: Call, parent: { traceId: string; spanId: string }, actionStartMs: number) {
  const route = `${call.method} ${call.route}`
  const { status } = call
  return {
    traceId: parent.traceId,
    spanId: call.spanId,
    parentSpanId: parent.spanId,
    // A name that nobody knows would be a label value of a stranger's choice.
    name: knownRoutes.has(route) ? route : `${call.method} other`,
    kind: 'client',
    startMs: actionStartMs + call.offsetMs,
    durationMs: call.durationMs,
    failed: isFailed(call),
    attributes: {
      'http.request.method': call.method,
      ...(status === noAnswer ? { 'error.type': 'no_answer' } : { 'http.response.status_code': status }),
      'peer.service': 'gateway',
    },
  } as const
}

const noAnswer = 0
/** Refusals are expected answers, and so is a call that the page no longer wanted (499). */
const isFailed = ({ status }: Call): boolean => status === noAnswer || status >= 500

function toSpanIds(traceparent: string): { traceId: string; spanId: string } {
  const [, traceId = '', spanId = ''] = traceparent.split('-')
  return { traceId, spanId }
}

function toStartMs({ at, durationMs }: ActionEvent, nowMs: number): number {
  const startMs = at === undefined ? Number.NaN : Date.parse(at)
  const isPlausible = Math.abs(nowMs - durationMs - startMs) <= clockToleranceMs
  return isPlausible ? startMs : nowMs - durationMs
}
