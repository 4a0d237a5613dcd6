import type { Country } from '@techmart/contracts/shop'
import type { ChargeStore, SettledCharge, StoredCharge } from './charge-store.ts'
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
  /**
   * Orders whose charge is being asked for. api takes a reply of more than 3.5 s for lost and asks again while we still try: that is
   * the same charge, and gets its answer. Asked and counted beside it, one customer would be two to the circuit and the metrics.
   */
  const underWay = new Map<string, Promise<ChargeResult>>()

  async function ask(command: ChargeCommand): Promise<ChargeResult> {
    const answer = await provider.charge(command)
    if (answer.outcome === 'unanswered') {
      events.chargeUnanswered(command, answer.why)
      return answer
    }
    const { charge, isFirst } = await settle(charges, command.orderId, answer)
    // Whoever wrote it down has counted it: another replica, say.
    if (isFirst && answer.outcome !== 'refunded') events.chargeAnswered(command, answer)
    return toResult(charge)
  }

  return async command => {
    const { orderId } = command
    // An open circuit leaves no pending row behind: nobody was asked, so there is nothing to settle later. What was settled
    // before is answered all the same.
    const row = provider.isRefusing() ? await charges.find(orderId) : await charges.begin(command)
    if (!row) {
      events.chargeUnanswered(command, 'circuit_open')
      return { outcome: 'unanswered', why: 'circuit_open', cause: new Error('The payment provider is not asked now.') }
    }
    if (row.state === 'void') return { outcome: 'already-refunded' }
    if (row.amountCents !== command.amountCents || row.country !== command.country) return { outcome: 'key-reused' }
    if (row.state !== 'pending') return toResult(row)

    // The row may be pending because another replica is asking right now, or because a request never came back. The provider
    // gives one answer to one key, so asking again is right in both cases.
    const asking = underWay.get(orderId) ?? ask(command).finally(() => underWay.delete(orderId))
    underWay.set(orderId, asking)
    return asking
  }
}

type Answered = { outcome: 'approved' } | { outcome: 'declined'; reason: string } | { outcome: 'refunded' }

/** Writes what the provider said; somebody else may have been faster, then theirs counts. */
export function settle(charges: ChargeStore, orderId: string, answer: Answered): Promise<SettledCharge> {
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
