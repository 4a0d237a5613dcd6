// Asks an upstream how it is. Health makes no spans: neither here nor there.
import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { dependencyUp, type Metrics } from '@techmart/platform/metrics'

export interface Health {
  /** `degraded`: it answers, and misses something that it needs, or is about to stop. */
  status: 'up' | 'degraded' | 'down'
  /** What the upstream says of its own dependencies. */
  dependencies?: Record<string, 'up' | 'down'>
}

/** Never throws; an upstream that is silent for a second is down. */
export type Probe = () => Promise<Health>

/** All at once. */
export async function probeAll<Name extends string>(
  probes: Readonly<Record<Name, Probe>>,
): Promise<Record<Name, Health>> {
  const names = Object.keys(probes) as Name[]
  const healths = await Promise.all(names.map(async name => [name, await probes[name]()] as const))
  return Object.fromEntries(healths) as Record<Name, Health>
}

export function makeProbe(options: {
  dependency: string
  baseUrl: string
  metrics: Metrics
  timeoutMs?: number
}): Probe {
  const { dependency, baseUrl, metrics, timeoutMs = 1_000 } = options
  const up = dependencyUp(metrics)
  return async () => {
    const health = await ask(new URL('/health', baseUrl), timeoutMs)
    up.set({ dependency }, health.status === 'down' ? 0 : 1)
    return health
  }
}

async function ask(url: URL, timeoutMs: number): Promise<Health> {
  try {
    const response = await context.with(suppressTracing(context.active()), () =>
      fetch(url, { signal: AbortSignal.timeout(timeoutMs) }),
    )
    return toHealth(response.ok, await response.json())
  } catch {
    // Refused, too slow, not JSON: to whoever asks for health they are one thing.
    return { status: 'down' }
  }
}

function toHealth(answered: boolean, body: unknown): Health {
  if (!answered || typeof body !== 'object' || body === null) return { status: 'down' }
  const status = 'status' in body && body.status !== 'ok' ? 'degraded' : 'up'
  if (!('dependencies' in body) || typeof body.dependencies !== 'object') return { status }
  const states = Object.entries(body.dependencies ?? {}).map(
    ([name, state]) => [name, state === 'up' ? 'up' : 'down'] as const,
  )
  return { status, dependencies: Object.fromEntries(states) }
}
