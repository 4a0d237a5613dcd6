// The mail provider as notifications sees it. A mail that cannot be handed over is a failure of this message alone.
import { setTimeout as after } from 'node:timers/promises'
import { providerMail } from '@techmart/contracts/outside-routes'
import type { BodyOf } from '@techmart/contracts/route'
import { CircuitOpenError } from '@techmart/platform/circuit'
import type { HttpClient } from '@techmart/platform/http-client'
import { UpstreamError } from '@techmart/platform/refusals'

export type Mail = BodyOf<typeof providerMail>

export interface MailClient {
  /** Hands the mail over or throws, after all tries, or at once where the circuit is open. The message key makes a repeat harmless. */
  send(mail: Mail): Promise<void>
}

export class MailFailedError extends Error {
  override readonly name = 'MailFailedError'
}

const tries = 3

export function makeMailClient(options: {
  http: HttpClient
  timeoutMs: number
  pause?: (ms: number) => Promise<unknown>
}): MailClient {
  const { http, timeoutMs, pause = after } = options
  return {
    async send(mail) {
      for (let n = 1; ; n++) {
        try {
          const { status } = await http.call(providerMail, { body: mail }, { timeoutMs })
          if (status === 202) return
          // The message says nothing of the mail: it ends in logs and in the headers of a dead letter.
          throw new MailFailedError(`The mail provider answered with ${status}.`)
        } catch (error) {
          const mayPass = error instanceof MailFailedError || error instanceof UpstreamError
          if (n === tries || !mayPass || error instanceof CircuitOpenError) throw error
          await pause(2 ** n * 100 * (1 + Math.random()))
        }
      }
    },
  }
}
