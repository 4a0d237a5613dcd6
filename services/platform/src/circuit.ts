// Stops asking a dependency that does not answer, so that its callers fail fast and plainly. What counts as a failure is for the
// caller to say: a provider that declines every card is up. The state is a metric and a log line, everywhere the same.
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
  type IBreaker,
  SamplingBreaker,
} from 'cockatiel'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import { UpstreamError } from './refusals.ts'

export type CircuitStateName = 'closed' | 'half-open' | 'open'

/** Values of circuit_breaker_state. */
const stateValues: Readonly<Record<CircuitStateName, number>> = { closed: 0, 'half-open': 1, open: 2 }

/** Nobody was asked, so nothing was done there: like a connection refused. */
export class CircuitOpenError extends UpstreamError {
  constructor(dependency: string, cause?: unknown) {
    super(`The circuit to ${dependency} is open: it is not asked for some seconds.`, {
      kind: 'refused',
      dependency,
      cause,
    })
    this.name = 'CircuitOpenError'
  }
}

export interface CircuitCall {
  /**
   * Whether the same was asked before. A question that fails is asked again, one that works is not: counted, a few failing ones
   * outweigh many good ones. So a closed circuit does not count it.
   */
  readonly isRepeat?: boolean
}

export interface Circuit {
  /** Throws CircuitOpenError, at once, while the circuit refuses. */
  run<T>(ask: () => Promise<T>, call?: CircuitCall): Promise<T>
  /** True while a call would be refused without being tried: the circuit is open, or one call tries whether it may close. */
  isRefusing(): boolean
  /** False from the moment it opens until a call has shown that it may close. */
  isClosed(): boolean
}

export interface CircuitOptions {
  /** Whom it protects; the label of the metric. */
  readonly dependency: string
  readonly metrics: Metrics
  readonly log: Log
  /** How long the open circuit refuses before it lets one call through to see; 5 s by default. */
  readonly openMs?: number
  /** Whether a call that threw this speaks against the dependency. */
  readonly isFailure: (error: Error) => boolean
  /** Whether a call that was answered with this does. */
  readonly isFailedAnswer?: (answer: unknown) => boolean
}

// Half of ten seconds' tries, and at least five of them: a few stray failures on a quiet shop never open it.
const failureShare = 0.5
const windowMs = 10_000
const minimumRps = 0.5
/** Ten in a row are no strays either, however many went well just before: a message would be given up before those are forgotten. */
const failuresInARow = 10

/** A circuit with circuit_breaker_state{dependency}: 0 closed, 1 half open, 2 open. */
export function makeCircuit(options: CircuitOptions): Circuit {
  const { dependency, metrics, log, openMs = 5_000, isFailure, isFailedAnswer = () => false } = options
  const gauge = metrics.gauge('circuit_breaker_state', 'Circuit to a dependency: 0 closed, 1 half open, 2 open.', [
    'dependency',
  ])
  gauge.set({ dependency }, stateValues.closed)
  const breaker = circuitBreaker(
    handleWhen(error => error instanceof Error && isFailure(error)).orWhenResult(isFailedAnswer),
    {
      halfOpenAfter: openMs,
      breaker: eitherOf(
        new SamplingBreaker({ threshold: failureShare, duration: windowMs, minimumRps }),
        new ConsecutiveBreaker(failuresInARow),
      ),
    },
  )
  // The breaker itself stays `Open` until somebody calls, so the time is kept here.
  let openedAtMs = Number.NEGATIVE_INFINITY
  breaker.onStateChange(changed => {
    const state = nameOf(changed)
    if (state === 'open') openedAtMs = Date.now()
    gauge.set({ dependency }, stateValues[state])
    log.warn(`circuit ${state}`, { dependency, state })
  })

  const isRefusing = () =>
    breaker.state === CircuitState.HalfOpen || (breaker.state === CircuitState.Open && Date.now() - openedAtMs < openMs)

  return {
    async run(ask, { isRepeat = false } = {}) {
      if (isRepeat && breaker.state === CircuitState.Closed) return ask()
      // Asked here, because the breaker lets everybody wait for the one call that tries; that may take its whole time limit.
      if (isRefusing()) throw new CircuitOpenError(dependency)
      try {
        return await breaker.execute(ask)
      } catch (error) {
        if (error instanceof BrokenCircuitError) throw new CircuitOpenError(dependency, error)
        throw error
      }
    },
    isRefusing,
    isClosed: () => breaker.state === CircuitState.Closed,
  }
}

/** Opens when one of them would; each hears of every call. */
const eitherOf = (...breakers: readonly IBreaker[]): IBreaker => ({
  state: undefined,
  success(state) {
    for (const breaker of breakers) breaker.success(state)
  },
  failure: state => breakers.map(breaker => breaker.failure(state)).some(opens => opens),
})

function nameOf(state: CircuitState): CircuitStateName {
  switch (state) {
    case CircuitState.Closed:
      return 'closed'
    case CircuitState.HalfOpen:
      return 'half-open'
    default:
      return 'open'
  }
}
