// Users as the checkout sees it.
import { type CustomerCard, lookUpCustomer } from '@techmart/contracts/user-routes'
import type { HttpClient } from '@techmart/platform/http-client'
import { unexpectedAnswer } from './unexpected-answer.ts'

export interface CustomersClient {
  /** Undefined where nobody signed up with the address. */
  find(email: string, signal: AbortSignal): Promise<CustomerCard | undefined>
}

/** One try: the checkout goes on without, and waiting for a second one would cost more than it brings. */
export const customersTimeoutMs = 300

export function makeCustomersClient(http: HttpClient): CustomersClient {
  return {
    async find(email, signal) {
      const reply = await http.call(lookUpCustomer, { body: { email } }, { signal })
      if (reply.status === 200) return reply.body
      if (reply.status === 404) return undefined
      throw unexpectedAnswer('users', 'the question for a customer', reply)
    },
  }
}
