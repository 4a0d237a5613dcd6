// Business counters and process figures, pulled by Prometheus from /metrics. What is derived from spans (rate, errors, duration
// of journeys) is not counted here.
import { getHeapStatistics } from 'node:v8'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { registerFaultMarks } from './fault-marks.ts'
import { telemetryLosses } from './telemetry-losses.ts'

/** A registry and three ways to get a metric from it. Asking twice for one name gives the same metric. */
export interface Metrics {
  readonly registry: Registry
  counter<L extends string = never>(name: string, help: string, labelNames?: readonly L[]): Counter<L>
  histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: readonly number[],
  ): Histogram<L>
  gauge<L extends string = never>(name: string, help: string, labelNames?: readonly L[]): Gauge<L>
}

/** Seconds; the bounds of the span metrics, so that both views of a request can be laid side by side. */
export const durationBucketsSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10] as const

/** A registry of its own with the process metrics (event loop, heap, GC, CPU), the count of lost telemetry, and the faults it is under. */
export function buildMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const metrics: Metrics = {
    registry,
    counter: (name, help, labelNames = []) =>
      existing<Counter<(typeof labelNames)[number]>>(registry, name) ??
      new Counter({ name, help, labelNames: [...labelNames], registers: [registry] }),
    histogram: (name, help, labelNames, buckets) =>
      existing<Histogram<(typeof labelNames)[number]>>(registry, name) ??
      new Histogram({ name, help, labelNames: [...labelNames], buckets: [...buckets], registers: [registry] }),
    gauge: (name, help, labelNames = []) =>
      existing<Gauge<(typeof labelNames)[number]>>(registry, name) ??
      new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] }),
  }
  registerHeapLimit(metrics)
  registerTelemetryLosses(registry)
  registerFaultMarks(registry)
  return metrics
}

/** 1 while the named dependency answers, 0 while it does not. */
export const dependencyUp = (metrics: Metrics): Gauge<'dependency'> =>
  metrics.gauge('dependency_up', 'Whether a dependency answers: 1 yes, 0 no.', ['dependency'])

/** prom-client tells how much of the heap is used, and not of how much. */
function registerHeapLimit(metrics: Metrics): void {
  metrics
    .gauge('nodejs_heap_size_limit_bytes', 'What the heap may grow to before Node ends the process.')
    .set(getHeapStatistics().heap_size_limit)
}

function registerTelemetryLosses(registry: Registry): void {
  new Counter({
    name: 'telemetry_dropped_total',
    help: 'Spans and log records that were given up because the collector was away for too long or refused them.',
    labelNames: ['signal'],
    registers: [registry],
    collect() {
      this.reset()
      for (const [signal, count] of Object.entries(telemetryLosses.dropped)) this.inc({ signal }, count)
    },
  })
  new Gauge({
    name: 'telemetry_queued',
    help: 'Spans and log records that wait for the collector.',
    labelNames: ['signal'],
    registers: [registry],
    collect() {
      for (const [signal, count] of Object.entries(telemetryLosses.queued)) this.set({ signal }, count)
    },
  })
}

const existing = <M>(registry: Registry, name: string): M | undefined => registry.getSingleMetric(name) as M | undefined
