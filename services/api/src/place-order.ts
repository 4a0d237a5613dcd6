// Checkout: create → reserve → charge → commit → confirm. Every step is recorded before the next begins, so that whatever stops
// it in the middle (a failure here, a crash of this process) leaves an order that settle-order.ts can finish or undo.
// Knows no HTTP, SQL or Kafka.
import { createHash, randomUUID } from 'node:crypto'
import type { OrderRequest } from '@techmart/contracts/order-routes'
import { UpstreamError } from '@techmart/platform/refusals'
import { delay } from '@techmart/platform/wait'
import { wasLost } from './ask-again.ts'
import type { PromotionProblem } from './check-promotion.ts'
import type { CheckoutEvents } from './checkout-events.ts'
import { findOwnEnd } from './find-own-end.ts'
import type { InventoryClient } from './inventory-client.ts'
import { isFinished, type OrderRecord, type OrderRefusal } from './order-record.ts'
import { type OrderStore, OrderTakenError, PromotionNotTakenError, PromotionUsedUpError } from './order-store.ts'
import type { PaymentsClient } from './payments-client.ts'
import { type OrderParts, type PrepareOrder, withoutPromotion } from './prepare-order.ts'
import type { SettleOrder } from './settle-order.ts'

export interface PlaceOrderCommand extends OrderRequest {
  /** Made up where the caller gave none: such a request cannot be repeated. */
  readonly idempotencyKey?: string | undefined
  /** Who asks, as far as it matters for "the same request". */
  readonly caller: string
}

export type PlaceOrderResult =
  | { readonly outcome: 'placed'; readonly order: OrderRecord }
  | { readonly outcome: 'unknown-product'; readonly itemIndex: number; readonly productId: number }
  | { readonly outcome: 'promotion-refused'; readonly why: PromotionProblem }
  | { readonly outcome: 'out-of-stock'; readonly itemIndex: number; readonly available: number }
  | { readonly outcome: 'declined'; readonly reason: string }
  | { readonly outcome: 'key-reused' }
  | { readonly outcome: 'in-progress' }

export type PlaceOrder = (command: PlaceOrderCommand) => Promise<PlaceOrderResult>

export interface PlaceOrderPorts {
  readonly prepareOrder: PrepareOrder
  readonly orders: OrderStore
  readonly inventory: InventoryClient
  readonly payments: PaymentsClient
  readonly settleOrder: SettleOrder
  readonly events: CheckoutEvents
  /** The active trace context, to be kept with the order. */
  readonly traceContext: () => Record<string, string>
  readonly limits: PlaceOrderLimits
}

export interface PlaceOrderLimits {
  /** For the whole request. The steps get this minus `undoMs`. */
  readonly requestMs: number
  /** What is set apart for undoing, so that the answer finds the order settled. */
  readonly undoMs: number
  /** How long a repeated request waits for the first one. */
  readonly waitForTwinMs: number
}

/** Longer than the request may take: whatever is unfinished then was left by a crash or handed over. */
const recoveryMarginMs = 4_000
/** After a lost reply the other side may still be at work; recovery asks when that has had time to end. */
const lostReplyMs = 3_000

export function makePlaceOrder(ports: PlaceOrderPorts): PlaceOrder {
  const { prepareOrder, orders, inventory, payments, settleOrder, events, limits } = ports

  async function create(
    command: PlaceOrderCommand,
    bodyHash: string,
    signal: AbortSignal,
  ): Promise<OrderRecord | PlaceOrderResult> {
    const prepared = await prepareOrder(command, signal)
    if (prepared.outcome === 'promotion-refused') {
      // The last use may have gone to this very request, sent twice.
      return (await answerKnownKey(command, bodyHash)) ?? prepared
    }
    if (prepared.outcome !== 'prepared') return prepared
    const id = randomUUID()
    const write = (parts: OrderParts) =>
      orders.create(
        {
          ...parts,
          id,
          idempotencyKey: command.idempotencyKey ?? id,
          bodyHash,
          createdAt: new Date(),
          traceContext: ports.traceContext(),
        },
        limits.requestMs + recoveryMarginMs,
      )
    try {
      return (await write(prepared.parts)) ?? repeat(command, bodyHash)
    } catch (error) {
      if (error instanceof PromotionUsedUpError) return { outcome: 'promotion-refused', why: 'used_up' }
      if (!(error instanceof PromotionNotTakenError)) throw error
      events.wentWithout('promotion', error.cause)
      return (await write(withoutPromotion(prepared.parts))) ?? repeat(command, bodyHash)
    }
  }

  /** What a request gets whose key is known; undefined where the key is new, or free again after its order was undone. */
  async function answerKnownKey(command: PlaceOrderCommand, bodyHash: string): Promise<PlaceOrderResult | undefined> {
    if (command.idempotencyKey === undefined) return undefined
    const order = await orders.findByKey(command.idempotencyKey)
    if (order === undefined) return undefined
    if (order.bodyHash !== bodyHash) return { outcome: 'key-reused' }
    const ended = await waitForEnd(order)
    if (!isFinished(ended)) return { outcome: 'in-progress' }
    return hasAnswer(ended) ? toResult(ended) : undefined
  }

  /** The key was taken between looking and creating. */
  const repeat = async (command: PlaceOrderCommand, bodyHash: string): Promise<PlaceOrderResult> =>
    (await answerKnownKey(command, bodyHash)) ?? { outcome: 'in-progress' }

  /** The order as it is when somebody else has finished it, or when waiting has lasted long enough. */
  async function waitForEnd(order: OrderRecord): Promise<OrderRecord> {
    const giveUpAt = Date.now() + limits.waitForTwinMs
    let latest = order
    while (!isFinished(latest) && Date.now() < giveUpAt) {
      await delay(100)
      latest = (await orders.find(order.id)) ?? latest
    }
    return latest
  }

  /** The steps themselves. `checkout.order` is always the last state reached, so that a failure knows where it struck. */
  async function run(checkout: { order: OrderRecord }, signal: AbortSignal): Promise<void> {
    const { id, items } = checkout.order
    const refuse = async (refusal: OrderRefusal) => {
      checkout.order = await orders.cancel(checkout.order, refusal)
    }

    const reservation = await inventory.reserve(id, items, signal)
    if (reservation.outcome === 'out-of-stock') {
      const { itemIndex, available } = reservation
      return refuse({ kind: 'out-of-stock', itemIndex, available })
    }
    // Reserve before charging. A reservation lapses by itself after ten minutes; a charge must be given back.
    checkout.order = await orders.advance(checkout.order, 'reserved')
    const charge = await payments.charge(checkout.order, signal)
    if (charge.outcome === 'declined') {
      await inventory.release(id, signal)
      return refuse({ kind: 'declined', reason: charge.reason })
    }
    checkout.order = await orders.advance(checkout.order, 'charged')
    checkout.order = await settleOrder(checkout.order, signal)
  }

  /** Undoes at once what can be undone at once, and leaves the rest to recovery. Gives the order as it then is. */
  async function cleanUp(order: OrderRecord, error: unknown): Promise<OrderRecord> {
    let reason = error
    if (!wasLost(error)) {
      try {
        return await settleOrder(order, AbortSignal.timeout(limits.undoMs))
      } catch (undoError) {
        reason = undoError
      }
    }
    // Where even this fails, recovery comes when the order's own time is over.
    const afterMs = wasLost(error) ? lostReplyMs : 0
    await orders.handOver(order, afterMs).catch(failure => events.handOverFailed(order, failure))
    // Afterwards, since handing over waits for a last step that is just being written.
    const ended = await findOwnEnd(orders, order, limits.undoMs)
    if (ended === undefined) events.orderLeftToRecovery(order, reason)
    return ended ?? order
  }

  async function checkOut(created: OrderRecord, signal: AbortSignal): Promise<PlaceOrderResult> {
    const checkout = { order: created }
    let failure: unknown = new UpstreamError('The goods were not held any more.', {
      kind: 'refused',
      dependency: 'inventory',
    })
    let taken = false
    try {
      await run(checkout, signal)
    } catch (error) {
      failure = error
      taken = error instanceof OrderTakenError
      checkout.order = taken ? await waitForEnd(checkout.order) : await cleanUp(checkout.order, error)
    }
    if (!hasAnswer(checkout.order)) {
      events.orderFailed(checkout.order, failure)
      if (taken) throw takenOver(failure)
      throw isFinished(checkout.order) ? undone(failure) : failure
    }
    const result = toResult(checkout.order)
    // Whoever took it over counts it.
    if (result.outcome === 'placed' && !taken) events.orderPlaced(checkout.order)
    return result
  }

  async function placeOrder(command: PlaceOrderCommand): Promise<PlaceOrderResult> {
    const bodyHash = hashRequest(command)
    const known = await answerKnownKey(command, bodyHash)
    if (known !== undefined) return known
    if (!payments.isTrusted()) {
      // Before anything is done for an order that could not be paid.
      const away = paymentsAreAway()
      events.checkoutTurnedAway(command.country, away)
      throw away
    }
    const signal = AbortSignal.timeout(limits.requestMs - limits.undoMs)
    const created = await create(command, bodyHash, signal)
    return 'outcome' in created ? created : checkOut(created, signal)
  }

  return async command => {
    const result = await placeOrder(command)
    if (result.outcome !== 'placed') events.orderRefused(result.outcome, command.country)
    return result
  }
}

/** Finished, and not just undone: the answer stands, whoever asks for it. */
const hasAnswer = (order: OrderRecord): boolean => order.state === 'confirmed' || order.refusal !== undefined

function toResult(order: OrderRecord): PlaceOrderResult {
  if (order.state === 'confirmed') return { outcome: 'placed', order }
  const { refusal } = order
  switch (refusal?.kind) {
    case 'out-of-stock':
      return { outcome: 'out-of-stock', itemIndex: refusal.itemIndex, available: refusal.available }
    case 'declined':
      return { outcome: 'declined', reason: refusal.reason }
    case undefined:
      throw new Error(`Order ${order.id} is ${order.state} and has no answer.`)
  }
}

const paymentsAreAway = () =>
  new UpstreamError('The circuit to payments is open.', {
    kind: 'refused',
    dependency: 'payments',
    plain:
      'Payments cannot be taken just now. Nothing was ordered and nothing was charged; please try again in a minute.',
  })

/** The same failure, for somebody who can be told what became of the money: other failures leave that open. */
const undone = (failure: unknown): unknown =>
  failure instanceof UpstreamError
    ? new UpstreamError(failure.message, {
        kind: failure.kind,
        dependency: failure.dependency,
        plain: `Your ${failure.dependency === 'payments' ? 'payment' : 'order'} cannot be taken just now. The order was undone and you are not charged; please try again in a minute.`,
        cause: failure,
      })
    : failure

/** Recovery is at it: how it will end is not known here, and asking again tells. */
const takenOver = (cause: unknown) =>
  new UpstreamError('The order was taken over by recovery.', { kind: 'timeout', dependency: 'checkout', cause })

/** The same words in another order of keys are the same request. */
function hashRequest({ caller, email, country, items, promotionCode }: PlaceOrderCommand): string {
  const lines = items.map(item => [item.productId, item.quantity])
  const code = promotionCode === undefined ? [] : [promotionCode.toUpperCase()]
  const plain = [caller, email, country, lines, ...code]
  return createHash('sha256').update(JSON.stringify(plain)).digest('hex')
}
