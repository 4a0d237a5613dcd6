// Puts the SDK together: which instrumentations, which processors, which exporters.
import type { RequestOptions } from 'node:http'
import { getHeapStatistics } from 'node:v8'
import type { TextMapPropagator } from '@opentelemetry/api'
import { getNodeAutoInstrumentations, type InstrumentationConfigMap } from '@opentelemetry/auto-instrumentations-node'
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-http'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import type { ReadableLogRecord } from '@opentelemetry/sdk-logs'
import { PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics'
import { NodeSDK } from '@opentelemetry/sdk-node'
import type { ReadableSpan } from '@opentelemetry/sdk-trace'
import { faultProcessor, journeyProcessor, redactionProcessor, toLogQueue, toSpanQueue } from './span-processors.ts'
import { TelemetryQueue } from './telemetry-queue.ts'

export interface SdkOptions {
  readonly propagator?: TextMapPropagator
  readonly env: Readonly<Record<string, string | undefined>>
  readonly hostname: string
  readonly closeLimitMs: number
}

const metricsEveryMs = 10_000
/** One try of an exporter; the queue tries again. */
const exportLimitMs = 5_000

/** Asked by machines every second or so: probes, scrapes, and each service that follows the list of faults. Streams too. */
const unobserved: ReadonlySet<string> = new Set([
  'GET /health',
  'GET /ready',
  'GET /metrics',
  'GET /api/health',
  'GET /lab/faults',
  // Lasts as long as somebody watches.
  'GET /lab/incidents/stream',
])

/** Builds the SDK; throws an Error that says which variable is missing or wrong. */
export function buildSdk(options: SdkOptions): NodeSDK {
  const { env, closeLimitMs } = options
  if (!env.OTEL_SERVICE_NAME) throw new Error('OTEL_SERVICE_NAME is missing; it must be the name of the service.')
  const endpoint = readEndpoint(env.OTEL_EXPORTER_OTLP_ENDPOINT)
  const spans = new TelemetryQueue<ReadableSpan>({
    signal: 'spans',
    maxItems: queueBound(0.3, 1_500),
    exporter: new OTLPTraceExporter({ timeoutMillis: exportLimitMs }),
  })
  const logs = new TelemetryQueue<ReadableLogRecord>({
    signal: 'logs',
    maxItems: queueBound(0.1, 1_000),
    exporter: new OTLPLogExporter({ timeoutMillis: exportLimitMs }),
  })
  return new NodeSDK({
    // The instance tells two replicas' metrics apart; the collector takes it off before it counts spans.
    resource: defaultResource().merge(resourceFromAttributes({ 'service.instance.id': options.hostname })),
    spanProcessors: [journeyProcessor, faultProcessor, redactionProcessor, toSpanQueue(spans, closeLimitMs)],
    logRecordProcessors: [toLogQueue(logs, closeLimitMs)],
    metricReaders: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ timeoutMillis: exportLimitMs }),
        exportIntervalMillis: metricsEveryMs,
        exportTimeoutMillis: exportLimitMs,
      }),
    ],
    ...(options.propagator ? { textMapPropagator: options.propagator } : {}),
    instrumentations: [getNodeAutoInstrumentations(instrumentationConfig(endpoint))],
  })
}

/**
 * 65,536 items, or what fits in that share of the heap: a finished span takes 1.2 kB (measured), and a long absence of the
 * collector must cost telemetry, not the service. With --max-old-space-size=96 that is 20,000 spans, some 100 s of 50 requests
 * a second.
 */
function queueBound(heapShare: number, itemBytes: number): number {
  return Math.min(65_536, Math.floor((getHeapStatistics().heap_size_limit * heapShare) / itemBytes))
}

function readEndpoint(text: string | undefined): URL {
  const given = text || 'http://localhost:4318'
  if (!URL.canParse(given) || !/^https?:/.test(given)) {
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT is '${given}'; it must be a URL such as http://otel-collector:4318.`)
  }
  return new URL(given)
}

function instrumentationConfig(collector: URL): InstrumentationConfigMap {
  const isCollector = (request: RequestOptions) =>
    (request.hostname ?? request.host) === collector.hostname &&
    Number(request.port ?? 80) === Number(collector.port || 80)
  return {
    ...everythingOff,
    '@opentelemetry/instrumentation-http': {
      enabled: true,
      ignoreIncomingRequestHook: ({ method, url = '' }) => unobserved.has(`${method} ${url.split('?', 1)[0]}`),
      ignoreOutgoingRequestHook: isCollector,
    },
    '@opentelemetry/instrumentation-undici': {
      enabled: true,
      // What is called, for the service graph's edges to those who send no telemetry of their own.
      startSpanHook: request => ({ 'peer.service': new URL(request.origin).hostname }),
    },
    '@opentelemetry/instrumentation-kafkajs': { enabled: true },
    '@opentelemetry/instrumentation-winston': { enabled: true, disableLogSending: true },
  }
}

/** Fastify, net and dns spans say nothing that SERVER and CLIENT spans do not; process metrics are prom-client's. */
const everythingOff: InstrumentationConfigMap = Object.fromEntries(
  [
    'amqplib',
    'aws-lambda',
    'aws-sdk',
    'bunyan',
    'cassandra-driver',
    'connect',
    'cucumber',
    'dataloader',
    'dns',
    'express',
    'fs',
    'generic-pool',
    'graphql',
    'grpc',
    'hapi',
    'host-metrics',
    'ioredis',
    'knex',
    'koa',
    'lru-memoizer',
    'memcached',
    'mongodb',
    'mongoose',
    'mysql',
    'mysql2',
    'nestjs-core',
    'net',
    'openai',
    'oracledb',
    'pg',
    'pino',
    'redis',
    'restify',
    'router',
    'runtime-node',
    'socket.io',
    'tedious',
  ].map(name => [`@opentelemetry/instrumentation-${name}`, { enabled: false }]),
)
