// Whom a request counts for: the token, else the session, else the address. A session is whatever the sender likes to say, so it
// counts for its address too. A header like X-Forwarded-For is no better and is not looked at.
import { createHash } from 'node:crypto'
import type { IdentityResult } from './identity.ts'

/** `crowd`: all sessions of one address together. */
export type ClientSort = 'token' | 'session' | 'address' | 'crowd'

export interface Client {
  readonly sort: ClientSort
  /** What the logs call it: `session:` and a hash, which keeps sessions and addresses out of them and still tells clients apart. */
  readonly key: string
}

/**
 * How many times what one client may do each may. Behind one address there may be an office, or all the browsers of a test,
 * of which few ask much in the same minute: ten limits are room for them, and all that a stranger gains by inventing sessions.
 */
export const shareOf: Readonly<Record<ClientSort, number>> = { token: 1, session: 1, address: 1, crowd: 10 }

const sessionPattern = /(?:^|;\s*)techmart_session=([A-Za-z0-9_-]{8,100})(?:;|$)/

/** The one it is first of all comes first. An unknown token is a guess, and guesses are the address's own. */
export function toClients(asked: {
  identity: IdentityResult
  cookie: string | undefined
  address: string
}): readonly Client[] {
  const { identity, cookie, address } = asked
  const isGuess = identity.outcome === 'unknown-token'
  if (!isGuess && identity.identity.role !== 'anonymous') {
    return [{ sort: 'token', key: `token:${identity.identity.role}` }]
  }
  const session = sessionPattern.exec(cookie ?? '')?.[1]
  if (session === undefined) return [toClient('address', address)]
  return [toClient('session', session), toClient(isGuess ? 'address' : 'crowd', address)]
}

const toClient = (sort: ClientSort, text: string): Client => ({ sort, key: `${sort}:${shortHash(text)}` })

const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12)
