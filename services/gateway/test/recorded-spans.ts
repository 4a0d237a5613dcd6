// Spans that end are kept in memory, so that a test can see what would be counted.
import type { TestContext } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import { makeEdgePropagator } from '../src/trace-edge.ts'

const exporter = new InMemorySpanExporter()
let started = false

/** Begins with none. Tests of one file run one after the other and share the process's one tracer. */
export function recordSpans(t: TestContext): { journeys(): string[]; spans(): ReadableSpan[] } {
  if (!started) {
    started = true
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
    propagation.setGlobalPropagator(makeEdgePropagator())
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }))
  }
  exporter.reset()
  t.after(() => exporter.reset())
  return {
    spans: () => exporter.getFinishedSpans(),
    /** Name and status: `cuj.checkout ERROR`. */
    journeys: () =>
      exporter
        .getFinishedSpans()
        .filter(span => /^(cuj|late)\./.test(span.name))
        .map(span => `${span.name} ${['UNSET', 'OK', 'ERROR'][span.status.code]}`),
  }
}
