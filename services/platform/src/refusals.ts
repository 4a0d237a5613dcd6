// The two kinds of error that services throw on purpose. A refusal is an expected answer (4xx) and spends no error budget; an
// upstream error says that something we stand on did not answer, and does. Every other error is a fault of ours: 500.
import type { ErrorBody, ErrorCode } from '@techmart/contracts/errors'

export interface RefusalOptions {
  /** 400 to 499. */
  readonly status: number
  readonly error: ErrorCode
  /** What was wrong, and what would be right, in words. Goes to the caller: nothing secret, nothing personal. */
  readonly message: string
  /** The part of the request that was wrong: `body.items.0.quantity`. */
  readonly field?: string
  /** The values that would have been right. */
  readonly allowed?: readonly unknown[]
}

/** An expected answer that is not a success: out of stock, declined, invalid, not found. */
export class Refusal extends Error {
  readonly status: number
  readonly error: ErrorCode
  readonly field: string | undefined
  readonly allowed: readonly unknown[] | undefined

  constructor(options: RefusalOptions) {
    super(options.message)
    this.name = 'Refusal'
    this.status = options.status
    this.error = options.error
    this.field = options.field
    this.allowed = options.allowed
  }

  toBody(): ErrorBody {
    return {
      error: this.error,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.allowed === undefined ? {} : { allowed: [...this.allowed] }),
    }
  }
}

type Details = Pick<RefusalOptions, 'field' | 'allowed'>

export const invalid = (message: string, details: Details = {}): Refusal =>
  new Refusal({ status: 400, error: 'invalid', message, ...details })
export const unauthorized = (message: string): Refusal => new Refusal({ status: 401, error: 'unauthorized', message })
export const declined = (message: string): Refusal => new Refusal({ status: 402, error: 'declined', message })
export const forbidden = (message: string): Refusal => new Refusal({ status: 403, error: 'forbidden', message })
export const notFound = (message: string, details: Details = {}): Refusal =>
  new Refusal({ status: 404, error: 'not_found', message, ...details })
export const conflict = (message: string, details: Details = {}): Refusal =>
  new Refusal({ status: 409, error: 'conflict', message, ...details })
export const outOfStock = (message: string, details: Details = {}): Refusal =>
  new Refusal({ status: 409, error: 'out_of_stock', message, ...details })
export const keyReused = (message: string): Refusal => new Refusal({ status: 422, error: 'key_reused', message })

/**
 * How an upstream failed. `refused`: nobody listens, nothing was done there. `timeout` and `reset`: it may have been done.
 * `bad-answer`: it answered what its contract does not know.
 */
export type UpstreamFailure = 'refused' | 'timeout' | 'reset' | 'bad-answer'

/** Something we stand on did not answer as agreed. The caller gets 503 `unavailable`, or 504 `timeout`. */
export class UpstreamError extends Error {
  readonly kind: UpstreamFailure
  readonly dependency: string
  /** For the caller, in place of the general words: what is not possible just now, and what became of what was asked. */
  readonly plain: string | undefined

  constructor(
    message: string,
    options: { kind: UpstreamFailure; dependency: string; plain?: string; cause?: unknown },
  ) {
    super(message, { cause: options.cause })
    this.name = 'UpstreamError'
    this.kind = options.kind
    this.dependency = options.dependency
    this.plain = options.plain
  }

  get status(): 503 | 504 {
    return this.kind === 'timeout' ? 504 : 503
  }

  get error(): 'unavailable' | 'timeout' {
    return this.kind === 'timeout' ? 'timeout' : 'unavailable'
  }
}
