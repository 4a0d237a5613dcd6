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
  const change = (orderId: string, to: Partial<StoredCharge>): StoredCharge => {
    rows.set(orderId, { ...get(orderId), ...to })
    return get(orderId)
  }
  const isUnanswered = ({ state, settledAt }: StoredCharge) =>
    state === 'pending' || (state === 'refunding' && settledAt === null)
  const createdAt = new Date('2026-11-20T10:00:00Z')
  const created = { reason: null, createdAt, settledAt: null }
  return {
    rows,
    async begin(order) {
      if (!rows.has(order.orderId)) rows.set(order.orderId, { ...order, ...created, state: 'pending' })
      return get(order.orderId)
    },
    find: async orderId => rows.get(orderId),
    async settle(orderId, answered, reason) {
      const row = get(orderId)
      if (!isUnanswered(row)) return { charge: row, isFirst: false }
      const state = row.state === 'refunding' && answered === 'charged' ? 'refunding' : answered
      return { charge: change(orderId, { state, reason: reason ?? null, settledAt: new Date() }), isFirst: true }
    },
    async beginRefund(orderId) {
      const row = rows.get(orderId)
      if (!row) rows.set(orderId, { orderId, amountCents: null, country: null, ...created, state: 'void' })
      else if (row.state === 'pending' || row.state === 'charged') change(orderId, { state: 'refunding' })
      return get(orderId)
    },
    async markRefunded(orderId) {
      const row = get(orderId)
      return row.state === 'refunding' && !isUnanswered(row) ? change(orderId, { state: 'refunded' }) : row
    },
    removeSettledBefore: async () => 0,
  }
}

/** Gives the answers one after the other, and the last one for ever; keeps what it was asked. */
export function makeScriptedProvider(script: {
  charges?: readonly (ProviderAnswer | (() => Promise<ProviderAnswer>))[]
  refunds?: readonly (RefundAnswer | (() => Promise<RefundAnswer>))[]
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
      const answer = answers[Math.min(refund++, answers.length - 1)] ?? unanswered
      return typeof answer === 'function' ? answer() : answer
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
