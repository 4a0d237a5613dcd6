// While payments is not trusted, checkouts are turned away and nobody would notice that it is back. This asks, so that no
// customer's checkout has to be the one that tries.
import { UpstreamError } from '@techmart/platform/refusals'
import type { PaymentsClient } from './payments-client.ts'

/** One round. No answer is what is expected; the circuit hears of it. */
export function makeProbePayments(ports: { payments: PaymentsClient; stopping: AbortSignal }) {
  return async (): Promise<void> => {
    if (ports.payments.isTrusted()) return
    try {
      await ports.payments.probe(ports.stopping)
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
    }
  }
}
