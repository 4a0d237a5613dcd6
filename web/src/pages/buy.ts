// One order, however often it has to be asked for.
import type { Order, OrderRequest, placeOrder } from '@techmart/contracts/order-routes'
import { call } from '../api/client.ts'
import { isFinal } from '../api/words.ts'
import { makeOnce } from '../logic/once.ts'
import { makeStored } from '../logic/stored.ts'
import { cart, habits, orderKeys, who } from '../shopper.ts'

const keep = (name: string) =>
  makeStored(
    () => sessionStorage,
    name,
    raw => String(raw ?? ''),
  )

const once = makeOnce(keep('try'))
/** The promotion code: forgotten with a reload, it would make the same order another one, to be paid once more. */
export const promo = keep('code')
/** Orders whose total is not the one that was shown with the button. */
export const surprises = new Set<string>()

/** The shop gives up after eight seconds, and its edge after ten. */
const timeoutMs = 15_000
/** Keys of that many orders are kept in this window. */
const maxKeys = 20

/** Places the order, takes what was bought out of the cart, and keeps what reads the order again. Throws ApiError; the cart is then as it was. */
export async function buy(body: OrderRequest): Promise<Order> {
  // The shop takes a key for who asked with it.
  const key = once.keyOf([who.get(), body])
  try {
    const { order, orderKey } = await call<typeof placeOrder>('POST', '/api/orders', {
      body,
      headers: { 'idempotency-key': key },
      timeoutMs,
    })
    once.done()
    orderKeys.set(Object.fromEntries([[order.id, orderKey], ...Object.entries(orderKeys.get())].slice(0, maxKeys)))
    habits.set({ country: order.country, segment: order.segment })
    // Meanwhile something may have been put into it, in another tab.
    cart.set(cart.get().filter(({ id }) => !body.items.some(({ productId }) => productId === id)))
    return order
  } catch (error) {
    if (isFinal(error)) once.done()
    throw error
  }
}
