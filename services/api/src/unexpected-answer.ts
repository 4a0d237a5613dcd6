import { UpstreamError } from '@techmart/platform/refusals'

/** A 5xx says that the dependency is in trouble; any other answer here says that we asked wrongly. */
export function unexpectedAnswer(dependency: string, what: string, reply: { status: number; body: unknown }): Error {
  const message = `${dependency} answered ${what} with ${reply.status}.`
  if (reply.status >= 500) return new UpstreamError(message, { kind: 'bad-answer', dependency })
  return new Error(message, { cause: reply.body })
}
