// What Compose and Prometheus ask. These routes make no spans and are not counted as requests.
import type { HttpApp } from './http-app.ts'
import { dependencyUp, type Metrics } from './metrics.ts'
import { withLimit } from './wait.ts'

export interface Readiness {
  readonly ready: boolean
  readonly dependencies: Readonly<Record<string, 'up' | 'down'>>
}

const draining = new WeakSet<object>()

/** From now on /ready answers 503 and every reply asks its caller to close the connection. */
export const beginDraining = (app: HttpApp): void => {
  draining.add(app.server)
}
export const isDraining = (app: HttpApp): boolean => draining.has(app.server)

/** Longest time that /ready, /health and /metrics wait for a readiness that hangs. */
const readinessLimitMs = 2_000

/**
 * /health: 200 while the process answers at all, with each dependency's state; of those that it calls by HTTP the state after the
 * last call. /ready: 200 or 503. /metrics: the registry,
 * with dependency_up of every dependency that readiness names.
 */
export function addHealthRoutes(
  app: HttpApp,
  options: { service: string; metrics: Metrics; readiness: () => Promise<Readiness> },
): void {
  const { service, metrics } = options
  let lastDependencies: Readiness['dependencies'] = {}
  const look = async (): Promise<Readiness> => {
    try {
      const readiness = await withLimit(
        options.readiness(),
        readinessLimitMs,
        () => new Error(`readiness took longer than ${readinessLimitMs} ms`),
      )
      lastDependencies = readiness.dependencies
      return readiness
    } catch {
      // Not being able to say is an answer: not ready, and nothing known of what it stands on.
      const down = Object.keys(lastDependencies).map(name => [name, 'down'] as const)
      return { ready: false, dependencies: Object.fromEntries(down) }
    }
  }

  app.addHook('onSend', async (_request, reply) => {
    if (isDraining(app)) reply.header('connection', 'close')
  })
  app.get('/health', async () => {
    const { ready, dependencies } = await look()
    const status = isDraining(app) ? 'stopping' : ready ? 'ok' : 'degraded'
    return { service, status, dependencies: { ...(await statesOfCalled(metrics)), ...dependencies } }
  })
  app.get('/ready', async (_request, reply) => {
    const { ready, dependencies } = await look()
    const isReady = ready && !isDraining(app)
    return reply.code(isReady ? 200 : 503).send({ service, ready: isReady, dependencies })
  })
  app.get('/metrics', async (_request, reply) => {
    const { dependencies } = await look()
    for (const [dependency, state] of Object.entries(dependencies)) {
      dependencyUp(metrics).set({ dependency }, state === 'up' ? 1 : 0)
    }
    return reply.type(metrics.registry.contentType).send(await metrics.registry.metrics())
  })
}

/** Asking them anew would make each probe of one service a probe of all that stand behind it. */
async function statesOfCalled(metrics: Metrics): Promise<Readiness['dependencies']> {
  const { values } = await dependencyUp(metrics).get()
  return Object.fromEntries(
    values.map(({ labels, value }) => [labels.dependency, value === 1 ? 'up' : 'down'] as const),
  )
}
