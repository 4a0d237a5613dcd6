import type { ChargeStore, StoredCharge } from '../src/charge-store.ts'
import type { PaymentsEvents } from '../src/events.ts'
import type { ChargeRequest, PaymentProvider, ProviderAnswer, RefundAnswer } from '../src/provider-client.ts'

export const lamp = { orderId: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0011', amountCents: 1_30, country: 'BR' } as const

export const unanswered: ProviderAnswer & RefundAnswer = {
  outcome: 'unanswered',
  why: 'failed',
  cause: new Error('The provider failed.'),
}

/** The table in memory, by the same rules as the SQL. */
export function makeMemoryCharges(): ChargeStore & { rows: Map<string, StoredCharge> } {
  const rows = new Map<string, StoredCharge>()
  const get = (orderId: string): StoredCharge => {
    const row = rows.get(orderId)
    if (!row) throw new Error(`no row for ${orderId}`)
    return row
  }
  const change = (orderId: string, from: StoredCharge['state'], to: Partial<StoredCharge>): StoredCharge => {
    if (get(orderId).state === from) rows.set(orderId, { ...get(orderId), ...to })
    return get(orderId)
  }
  const created = { reason: null, createdAt: new Date('2026-11-20T10:00:00Z') }
  return {
    rows,
    async begin(order) {
      if (!rows.has(order.orderId)) rows.set(order.orderId, { ...order, ...created, state: 'pending' })
      return get(order.orderId)
    },
    find: async orderId => rows.get(orderId),
    settle: async (orderId, state, reason) => change(orderId, 'pending', { state, reason: reason ?? null }),
    markRefunded: async orderId => change(orderId, 'charged', { state: 'refunded' }),
    async voidUnlessKnown(orderId) {
      const known = rows.get(orderId)
      if (!known) rows.set(orderId, { orderId, amountCents: null, country: null, ...created, state: 'void' })
      return known
    },
    removeSettledBefore: async () => 0,
  }
}

/** Gives the answers one after the other, and the last one for ever; keeps what it was asked. */
export function makeScriptedProvider(script: {
  charges?: readonly (ProviderAnswer | (() => Promise<ProviderAnswer>))[]
  refunds?: readonly RefundAnswer[]
  refusing?: boolean
}): PaymentProvider & { asked: string[] } {
  const asked: string[] = []
  let charge = 0
  let refund = 0
  async function answerCharge({ orderId }: ChargeRequest) {
    asked.push(`charge ${orderId}`)
    const answers = script.charges ?? [{ outcome: 'approved' }]
    const answer = answers[Math.min(charge++, answers.length - 1)] ?? unanswered
    return typeof answer === 'function' ? answer() : answer
  }
  return {
    asked,
    isRefusing: () => script.refusing ?? false,
    charge: answerCharge,
    settleCharge: answerCharge,
    async refund(orderId) {
      asked.push(`refund ${orderId}`)
      const answers = script.refunds ?? [{ outcome: 'refunded' }]
      return answers[Math.min(refund++, answers.length - 1)] ?? unanswered
    },
  }
}

export function makeRecordedEvents(): PaymentsEvents & { happened: string[] } {
  const happened: string[] = []
  return {
    happened,
    chargeAnswered: (_order, answer) => void happened.push(answer.outcome),
    chargeUnanswered: (_order, why) => void happened.push(why),
    refunded: (_charge, how) => void happened.push(`refund ${how}`),
    refundUnanswered: (_charge, why) => void happened.push(`refund ${why}`),
  }
}
