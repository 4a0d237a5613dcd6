// A checkout's trace, kept with its order so that recovery goes on in it (a crash ends the process, not the story).
import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'

/** traceparent, tracestate and baggage of what is active now. */
export function keepTrace(): Record<string, string> {
  const carrier: Record<string, string> = {}
  propagation.inject(context.active(), carrier)
  return carrier
}

/** Everything below `work` belongs to the kept trace and its journey, without being an event of it. */
export const withinTrace = <T>(kept: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> =>
  context.with(propagation.extract(ROOT_CONTEXT, kept), work)
