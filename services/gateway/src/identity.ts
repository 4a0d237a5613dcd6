// The demo tokens: who asks. The lab has no accounts and no passwords, and says so.
import { identityHeaders, type Role } from '@techmart/contracts/identity'

export interface Identity {
  readonly role: Role
  /** The e-mail address of a signed-in customer. Goes into a header for the services inside, never into a log or a span. */
  readonly customer?: string
}

export type IdentityResult = { outcome: 'known'; identity: Identity } | { outcome: 'unknown-token' }

const tokens: ReadonlyMap<string, Identity> = new Map<string, Identity>([
  ['user-token-123', { role: 'user', customer: 'ada@techmart.example' }],
  ['admin-token-456', { role: 'admin' }],
  ['test-token-789', { role: 'test' }],
])

export function readIdentity(authorization: string | undefined): IdentityResult {
  if (authorization === undefined) return { outcome: 'known', identity: { role: 'anonymous' } }
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  const identity = token === undefined ? undefined : tokens.get(token)
  return identity ? { outcome: 'known', identity } : { outcome: 'unknown-token' }
}

export function toIdentityHeaders(identity: Identity): Record<string, string> {
  return {
    [identityHeaders.role]: identity.role,
    ...(identity.customer === undefined ? {} : { [identityHeaders.customer]: identity.customer }),
  }
}
