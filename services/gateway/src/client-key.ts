// Who counts as one client: the token, else the session cookie, else the address. A header like X-Forwarded-For is whatever the
// sender likes, so it is not looked at.
import { createHash } from 'node:crypto'
import type { IdentityResult } from './identity.ts'

const sessionPattern = /(?:^|;\s*)techmart_session=([A-Za-z0-9_-]{8,100})(?:;|$)/

export function toClientKey(asked: { identity: IdentityResult; cookie: string | undefined; address: string }): string {
  const { identity, cookie, address } = asked
  if (identity.outcome === 'known' && identity.identity.role !== 'anonymous') return `token:${identity.identity.role}`
  const session = sessionPattern.exec(cookie ?? '')?.[1]
  // The hash keeps sessions and addresses out of logs and still tells clients apart.
  return session ? `session:${shortHash(session)}` : `address:${shortHash(address)}`
}

const shortHash = (text: string): string => createHash('sha256').update(text).digest('base64url').slice(0, 12)
