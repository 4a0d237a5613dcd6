// What a shopper does (opens the store, clicks, types) and the calls that follow from it are one trace: the action is its root,
// each call a span below it, and the gateway's own span goes on below the call. Ids are made here and sent with each call;
// the spans themselves are written by the gateway from what an action's event tells.
import type { ActionEvent } from '@techmart/contracts/event-routes'
import type { Method } from '@techmart/contracts/route'
import { newSpanId, newTraceId, toTraceparent } from './trace-ids.ts'

export type ActionKind = ActionEvent['kind']

export interface Call {
  /** The header of this name. */
  readonly traceparent: string
  /** Ends it; status 0 where no answer came. */
  end(status: number): void
}

export interface Actions {
  /** What follows belongs to this action. One that leads to no call is told to nobody. */
  begin(kind: ActionKind): void
  /** A call that begins now; route is the contract's path, `/api/products/:id`. */
  call(method: Method, route: string): Call
  /** The action that is going on. */
  traceparent(): string
  /** Tells of the latest action at once, if its calls have ended. */
  flush(): void
}

export interface ActionPorts {
  report: (event: ActionEvent) => void
  isSampled: boolean
  /** Milliseconds since the page began, as performance.now(). */
  now: () => number
  /** Milliseconds since 1970 at which the page began. */
  originMs: number
  /** Path of the page that is shown. */
  page: () => string | undefined
  later: (work: () => void, ms: number) => void
}

interface Action {
  readonly kind: ActionKind
  readonly page: string | undefined
  readonly traceId: string
  readonly spanId: string
  readonly startedAt: number
  readonly calls: ActionEvent['calls']
  begun: number
  open: number
  isTold: boolean
}

/** A call that begins later than this after a click does not come from it: a timer, somebody else's push. */
const leadsToCallsMs = 2_000
/** An action whose calls have ended waits for more so long. */
const settleMs = 300
const maxCalls = 10

export function makeActions(ports: ActionPorts): Actions {
  const { report, isSampled, now, originMs, page, later } = ports
  let action = start('open', 0)

  function start(kind: ActionKind, startedAt = now()): Action {
    const ids = { traceId: newTraceId(), spanId: newSpanId() }
    return { kind, page: page(), ...ids, startedAt, calls: [], begun: 0, open: 0, isTold: false }
  }

  function current(): Action {
    const isStale = action.begun === 0 && now() - action.startedAt > leadsToCallsMs
    if (action.isTold || action.begun === maxCalls || isStale) action = start('background')
    return action
  }

  function tell(of: Action): void {
    if (of.isTold || of.open > 0 || of.calls.length === 0) return
    of.isTold = true
    if (!isSampled) return
    const endsAt = Math.max(...of.calls.map(call => call.offsetMs + call.durationMs))
    report({
      name: 'action',
      kind: of.kind,
      at: new Date(originMs + of.startedAt).toISOString(),
      ...(of.page === undefined ? {} : { page: of.page }),
      traceparent: toTraceparent(of.traceId, of.spanId, true),
      durationMs: endsAt,
      calls: of.calls,
    })
  }

  return {
    begin(kind) {
      action = start(kind)
    },
    call(method, route) {
      const owner = current()
      const spanId = newSpanId()
      const startedAt = now()
      owner.begun++
      owner.open++
      return {
        traceparent: toTraceparent(owner.traceId, spanId, isSampled),
        end(status) {
          const offsetMs = Math.round(startedAt - owner.startedAt)
          owner.calls.push({ spanId, method, route, status, offsetMs, durationMs: Math.round(now() - startedAt) })
          owner.open--
          later(() => tell(owner), settleMs)
        },
      }
    },
    traceparent() {
      const { traceId, spanId } = current()
      return toTraceparent(traceId, spanId, isSampled)
    },
    flush: () => tell(action),
  }
}
