import type { OrderPlaced } from '@techmart/contracts/order-events'
import type { Notify } from './notify.ts'

/** What is done with one order event. */
export const makeConfirmOrder =
  (notify: Notify) =>
  ({ eventId, orderId, email, totalCents, itemCount }: OrderPlaced): Promise<void> =>
    notify(
      { eventId, template: 'order-confirmation', orderId },
      { to: email, data: { orderId, totalCents, itemCount } },
    )
