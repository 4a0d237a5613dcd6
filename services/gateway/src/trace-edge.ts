// What of a stranger's trace context is believed: the trace id and the parent, so that a browser's or a test's trace goes on
// inside. Never the baggage (it becomes label values) and never tracestate. The sampling decision is not believed either: the
// sampler of this service is not parent based (OTEL_TRACES_SAMPLER=traceidratio).
import type { Context, TextMapGetter, TextMapPropagator, TextMapSetter } from '@opentelemetry/api'
import { W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'

export function makeEdgePropagator(): TextMapPropagator {
  const traceContext = new W3CTraceContextPropagator()
  const baggage = new W3CBaggagePropagator()
  return {
    inject(context: Context, carrier: unknown, setter: TextMapSetter) {
      traceContext.inject(context, carrier, setter)
      baggage.inject(context, carrier, setter)
    },
    extract(context: Context, carrier: unknown, getter: TextMapGetter) {
      return traceContext.extract(context, carrier, {
        keys: from => getter.keys(from),
        get: (from, key) => (key === 'tracestate' ? undefined : getter.get(from, key)),
      })
    },
    fields: () => [...traceContext.fields(), ...baggage.fields()],
  }
}
