// Starts the SDK from the standard OTEL_* variables. The import hook comes before everything else: a module that was loaded
// before it, kafkajs above all, silently gives no spans and breaks the trace. That is why the SDK is imported late.
import { hostname } from 'node:os'
import type { TextMapPropagator } from '@opentelemetry/api'
import { register } from 'import-in-the-middle/register-hooks.mjs'

export interface TelemetryOptions {
  /** Instead of W3C trace context and baggage, both ways. */
  readonly propagator?: TextMapPropagator
}

/** Longest time that the flush at the end may take. */
const closeLimitMs = 3_000

let running: { shutdown(): Promise<void> } | undefined

/**
 * Registers the hook, starts traces, logs and HTTP metrics. When that fails, says so and ends the process with 1: in this lab a
 * silent service is a broken one.
 */
export async function startTelemetry(options: TelemetryOptions = {}): Promise<void> {
  try {
    register({ include: ['kafkajs', 'winston', 'http', 'https', 'node:http', 'node:https'] })
    const { buildSdk } = await import('./telemetry-sdk.ts')
    const sdk = buildSdk({ ...options, env: process.env, hostname: hostname(), closeLimitMs })
    sdk.start()
    running = sdk
  } catch (error) {
    process.stderr.write(
      `telemetry cannot start, so the process ends: ${error instanceof Error ? error.message : String(error)}\n`,
    )
    process.exit(1)
  }
}

/** Flushes and ends what startTelemetry started; does nothing when it was not started. Takes some 3 s at most. */
export async function stopTelemetry(): Promise<void> {
  const sdk = running
  running = undefined
  await sdk?.shutdown()
}
