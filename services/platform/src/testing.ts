// Helpers for tests, of platform and of services. A helper takes `t`, returns the thing, and ends it.
import type { TestContext } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { type ReadableSpan, TracerProvider } from '@opentelemetry/sdk-trace'
import winston from 'winston'
import Transport from 'winston-transport'
import { buildHttpApp, type HttpApp, type HttpAppOptions } from './http-app.ts'
import type { Log } from './log.ts'
import { buildMetrics } from './metrics.ts'
import { faultProcessor, journeyProcessor, redactionProcessor } from './span-processors.ts'
import { delay } from './wait.ts'

/** Waits until `check` no longer throws, and returns what it returns; throws its last error after `withinMs`. */
export async function eventually<T>(check: () => T | Promise<T>, options: { withinMs: number }): Promise<T> {
  const endsAt = performance.now() + options.withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > endsAt) throw error
      await delay(20)
    }
  }
}

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly [field: string]: unknown
}

/** A log that keeps its lines, of every level, and prints nothing. */
export function fakeLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  class KeepingTransport extends Transport {
    override log(info: LogLine, next: () => void): void {
      lines.push({ ...info })
      next()
    }
  }
  return Object.assign(winston.createLogger({ level: 'debug', transports: [new KeepingTransport()] }), { lines })
}

export interface SpanCollector {
  /** Finished spans, oldest first. */
  readonly spans: readonly ReadableSpan[]
  /** The only finished span of that name; throws when there is none, or more than one. */
  get(name: string): ReadableSpan
}

/** Registers a tracer that keeps finished spans in memory, with context and W3C propagation, until the test ends. */
export function collectSpans(t: TestContext): SpanCollector {
  const spans: ReadableSpan[] = []
  const nothing = async () => {}
  const provider = new TracerProvider({
    spanProcessors: [
      journeyProcessor,
      faultProcessor,
      redactionProcessor,
      { onStart() {}, onEnd: span => spans.push(span), forceFlush: nothing, shutdown: nothing },
    ],
  })
  const manager = new AsyncLocalStorageContextManager().enable()
  context.setGlobalContextManager(manager)
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  )
  trace.setGlobalTracerProvider(provider)
  t.after(async () => {
    trace.disable()
    propagation.disable()
    context.disable()
    await provider.shutdown()
  })
  return {
    spans,
    get: name => {
      const [span, ...others] = spans.filter(candidate => candidate.name === name)
      if (span === undefined) throw new Error(`No span '${name}' has ended; these have: ${namesOf(spans)}.`)
      if (others.length > 0) throw new Error(`${others.length + 1} spans '${name}' have ended.`)
      return span
    },
  }
}

const namesOf = (spans: readonly ReadableSpan[]) => spans.map(span => span.name).join(', ') || 'none'

/** An app with a fake log, metrics of its own and a readiness that is up; closed when the test ends. */
export function buildTestApp(t: TestContext, options: Partial<HttpAppOptions> = {}): HttpApp {
  const app = buildHttpApp({
    service: 'test-service',
    log: fakeLog(),
    metrics: buildMetrics(),
    readiness: async () => ({ ready: true, dependencies: {} }),
    ...options,
  })
  t.after(() => app.close())
  return app
}

/** The values of one metric by its labels, as `/metrics` would show them: `{ 'route=/x,status=200': 1 }`. */
export async function readMetric(
  metrics: { registry: { getMetricsAsJSON(): Promise<unknown[]> } },
  name: string,
): Promise<Record<string, number>> {
  type Shown = {
    name: string
    values: { value: number; labels: Record<string, string | number>; metricName?: string }[]
  }
  const all = (await metrics.registry.getMetricsAsJSON()) as Shown[]
  const values = all.flatMap(metric => metric.values.filter(value => (value.metricName ?? metric.name) === name))
  return Object.fromEntries(
    values.map(({ labels, value }) => [
      Object.entries(labels)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([label, text]) => `${label}=${text}`)
        .join(','),
      value,
    ]),
  )
}
