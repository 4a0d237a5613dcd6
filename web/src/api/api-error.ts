import type { ErrorBody, ErrorCode } from '@techmart/contracts/errors'

/** The shop said no, or nothing: `unreachable` where no answer came at all. */
export type Trouble = ErrorCode | 'unreachable'

export class ApiError extends Error {
  readonly trouble: Trouble
  /** What the shop said of it. */
  readonly said: Partial<ErrorBody>

  constructor(trouble: Trouble, said: Partial<ErrorBody>, cause?: unknown) {
    super(said.message ?? trouble, { cause })
    this.trouble = trouble
    this.said = said
  }
}
