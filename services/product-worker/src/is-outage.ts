import { isPostgresOutage } from '@techmart/platform/postgres-errors'

/** 42P01, undefined table, and 42703, undefined column: api has not brought its database up to date yet. */
const laterCodes: ReadonlySet<string> = new Set(['42P01', '42703'])

/** Nothing is wrong with the message: the database is away, or not ready yet. */
export const isOutage = (error: unknown): boolean =>
  isPostgresOutage(error) || (error instanceof Error && 'code' in error && laterCodes.has(String(error.code)))
