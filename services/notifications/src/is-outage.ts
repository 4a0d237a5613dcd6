import { CircuitOpenError } from '@techmart/platform/circuit'
import { isPostgresOutage } from '@techmart/platform/postgres-errors'

/** Nothing is wrong with the message: the database is away, or most mails fail and the provider is left alone for a while. */
export const isOutage = (error: unknown): boolean => isPostgresOutage(error) || error instanceof CircuitOpenError
