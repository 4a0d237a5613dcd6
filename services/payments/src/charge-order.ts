import type { Country } from '@techmart/contracts/shop'
import type { ChargeStore, StoredCharge } from './charge-store.ts'
import type { PaymentsEvents } from './events.ts'
import type { PaymentProvider } from './provider-client.ts'

export interface ChargeCommand {
  orderId: string
  amountCents: number
  country: Country
}

export type ChargeResult =
  | { outcome: 'charged'; charge: StoredCharge }
  | { outcome: 'declined'; reason: string }
  /** The order was asked before with another amount or country. */
  | { outcome: 'key-reused' }
  /** The order was refunded, or is being refunded; it is not charged again. */
  | { outcome: 'already-refunded' }
  | { outcome: 'unanswered'; why: 'failed' | 'circuit_open'; cause: Error }

export type ChargeOrder = (command: ChargeCommand) => Promise<ChargeResult>

export interface ChargePorts {
  charges: ChargeStore
  provider: PaymentProvider
  events: PaymentsEvents
}

export function makeChargeOrder({ charges, provider, events }: ChargePorts): ChargeOrder {
  return async command => {
    // An open circuit leaves no pending row behind: nobody was asked, so there is nothing to settle later. What was settled
    // before is answered all the same.
    const row = provider.isRefusing() ? await charges.find(command.orderId) : await charges.begin(command)
    if (!row) {
      events.chargeUnanswered(command, 'circuit_open')
      return { outcome: 'unanswered', why: 'circuit_open', cause: new Error('The payment provider is not asked now.') }
    }
    if (row.state === 'void') return { outcome: 'already-refunded' }
    if (row.amountCents !== command.amountCents || row.country !== command.country) return { outcome: 'key-reused' }
    if (row.state !== 'pending') return toResult(row)

    // The row may be pending because another request is asking right now, or because one never came back. The provider
    // gives one answer to one key, so asking again is right in both cases.
    const answer = await provider.charge(command)
    if (answer.outcome === 'unanswered') {
      events.chargeUnanswered(command, answer.why)
      return answer
    }
    const settled = await settle(charges, command.orderId, answer)
    if (answer.outcome !== 'refunded') events.chargeAnswered(command, answer)
    return toResult(settled)
  }
}

type Answered = { outcome: 'approved' } | { outcome: 'declined'; reason: string } | { outcome: 'refunded' }

/** Writes what the provider said; somebody else may have been faster, then theirs counts. */
export function settle(charges: ChargeStore, orderId: string, answer: Answered): Promise<StoredCharge> {
  switch (answer.outcome) {
    case 'approved':
      return charges.settle(orderId, 'charged')
    case 'declined':
      return charges.settle(orderId, 'declined', answer.reason)
    case 'refunded':
      return charges.settle(orderId, 'refunded')
  }
}

function toResult(charge: StoredCharge): ChargeResult {
  switch (charge.state) {
    case 'charged':
      return { outcome: 'charged', charge }
    case 'declined':
      return { outcome: 'declined', reason: charge.reason ?? 'not_said' }
    case 'refunding':
    case 'refunded':
    case 'void':
      return { outcome: 'already-refunded' }
    case 'pending':
      throw new Error(`The charge of order ${charge.orderId} is pending after it was settled.`)
  }
}
