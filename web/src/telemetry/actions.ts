// What a shopper does (opens the store, clicks, types) and the calls that follow from it are one trace: the action is its root,
// each call a span below it, and the gateway's own span goes on below the call. Ids are made here and sent with each call;
// the spans themselves are written by the gateway from what an action's event tells.
import type { ActionEvent } from '@techmart/contracts/event-routes'
import type { Method } from '@techmart/contracts/route'
import { newId, toTraceparent } from './trace-ids.ts'

export interface Call {
  /** The header of this name. */
  readonly traceparent: string
  /** Ends it; status 0 where no answer came. */
  end(status: number): void
}

export interface Actions {
  /** What follows belongs to this action. One that leads to no call is told to nobody. */
  begin(kind: ActionEvent['kind']): void
  /** A call that begins now; route is the contract's path, `/api/products/:id`. */
  call(method: Method, route: string): Call
  /** The action that is going on. */
  traceparent(): string
  /** Tells of it at once, if its calls have ended. */
  flush(): void
}

type Told = ActionEvent & { page: string }

interface Action extends Told {
  startMs: number
  traceId: string
  begun: number
  open: number
  isTold: boolean
}

/** A call that begins later than this after a click does not come from it: a timer, somebody else's push. */
const leadsToCallsMs = 5_000
/** An action whose calls have ended waits for more so long. */
const settleMs = 300
const maxCalls = 10

/** Reports an action once; never one of a visit that is not sampled. */
export function makeActions(report: (event: Told) => void, isSampled: boolean, pageOf: () => string): Actions {
  let action: Action

  function begin(kind: ActionEvent['kind']): void {
    const traceId = newId(16)
    action = {
      name: 'action',
      kind,
      at: new Date().toISOString(),
      page: pageOf(),
      traceparent: toTraceparent(traceId, newId(8), isSampled),
      durationMs: 0,
      calls: [],
      startMs: performance.now(),
      traceId,
      begun: 0,
      open: 0,
      isTold: false,
    }
  }

  function current(): Action {
    const isStale = !action.begun && performance.now() - action.startMs > leadsToCallsMs
    if (isStale || action.isTold || action.begun === maxCalls) begin('background')
    return action
  }

  function tell(of: Action): void {
    const { startMs, traceId, begun, open, isTold, ...event } = of
    if (isTold || open || !begun) return
    of.isTold = true
    if (isSampled) report(event)
  }

  begin('open')
  return {
    begin,
    call(method, route) {
      const owner = current()
      const spanId = newId(8)
      const offsetMs = performance.now() - owner.startMs
      owner.begun++
      owner.open++
      return {
        traceparent: toTraceparent(owner.traceId, spanId, isSampled),
        end(status) {
          owner.durationMs = performance.now() - owner.startMs
          owner.calls.push({ spanId, method, route, status, offsetMs, durationMs: owner.durationMs - offsetMs })
          owner.open--
          setTimeout(tell, settleMs, owner)
        },
      }
    },
    traceparent: () => current().traceparent,
    flush: () => tell(action),
  }
}
