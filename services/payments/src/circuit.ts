// Stops asking a provider that does not answer, so that checkout fails fast and plainly. Only technical failures count: a
// provider that declines every card is up.
import { BrokenCircuitError, CircuitState, circuitBreaker, handleWhen, SamplingBreaker } from 'cockatiel'

export type CircuitStateName = 'closed' | 'half-open' | 'open'

export class CircuitOpenError extends Error {
  override readonly name = 'CircuitOpenError'
}

export interface Circuit {
  run<T>(ask: () => Promise<T>): Promise<T>
  /** True while a call would be refused without being tried. */
  isRefusing(): boolean
}

export interface CircuitOptions {
  openMs: number
  isTechnical: (error: Error) => boolean
  onChange: (state: CircuitStateName) => void
  now?: () => number
}

// Half of ten seconds' tries, and at least five of them: a few stray failures on a quiet shop never open it.
const failureShare = 0.5
const windowMs = 10_000
const minimumRps = 0.5

export function makeCircuit({ openMs, isTechnical, onChange, now = Date.now }: CircuitOptions): Circuit {
  const breaker = circuitBreaker(
    handleWhen(error => error instanceof Error && isTechnical(error)),
    {
      halfOpenAfter: openMs,
      breaker: new SamplingBreaker({ threshold: failureShare, duration: windowMs, minimumRps }),
    },
  )
  // The breaker itself stays `Open` until somebody calls, so the time is kept here.
  let openedAtMs = Number.NEGATIVE_INFINITY
  breaker.onStateChange(state => {
    if (state === CircuitState.Open) openedAtMs = now()
    onChange(nameOf(state))
  })

  return {
    async run(ask) {
      try {
        return await breaker.execute(ask)
      } catch (error) {
        if (error instanceof BrokenCircuitError) {
          throw new CircuitOpenError('The circuit to the payment provider is open.', { cause: error })
        }
        throw error
      }
    },
    isRefusing: () => breaker.state === CircuitState.Open && now() - openedAtMs < openMs,
  }
}

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
