import { UpstreamError } from './refusals.ts'

/** The error as UpstreamError when it tells of the server rather than of the statement. */
export function toUpstreamError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/^(ECONN|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EPIPE|ETIMEDOUT|CONNECT|CONNECTION_|57P0|53300|08)/.test(code)) {
    return new UpstreamError(`postgres cannot be reached (${code})`, {
      kind: 'refused',
      dependency: 'postgres',
      cause: error,
    })
  }
  if (code === '57014') {
    return new UpstreamError('postgres took too long and gave the statement up', {
      kind: 'timeout',
      dependency: 'postgres',
      cause: error,
    })
  }
  return error
}

/** For a consumer: nothing is wrong with the message, the database is away (in earnest or by a fault made on purpose). */
export const isPostgresOutage = (error: unknown): boolean =>
  error instanceof UpstreamError && (error.dependency === 'postgres' || error.dependency === 'database')
