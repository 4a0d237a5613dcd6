// Who asks, as the gateway says in its identity headers. Only services behind the gateway may believe them.
import { identityHeaders, type Role, roles } from '@techmart/contracts/identity'

export interface Caller {
  readonly role: Role
  readonly customer: string | undefined
}

/** Anonymous unless the gateway said something else that we know. */
export function readCaller(headers: Readonly<Record<string, string | string[] | undefined>>): Caller {
  const role = roles.find(known => known === headers[identityHeaders.role]) ?? 'anonymous'
  const customer = headers[identityHeaders.customer]
  return { role, customer: typeof customer === 'string' && role === 'user' ? customer : undefined }
}

/** Whether two e-mail addresses are one customer: people type them in upper and lower case. */
export const isSame = (one: string | undefined, other: string): boolean => one?.toLowerCase() === other.toLowerCase()
