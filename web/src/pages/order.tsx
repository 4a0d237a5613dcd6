import type { getOrder, Order as OrderOf, OrderState } from '@techmart/contracts/order-routes'
import { call } from '../api/client.ts'
import { Heading } from '../components/heading.tsx'
import { LineList } from '../components/line-list.tsx'
import { Sums } from '../components/sums.tsx'
import { Failed } from '../components/trouble.tsx'
import { load } from '../load.ts'
import { centsOf } from '../logic/cart.ts'
import { toDay, toTime } from '../logic/day.ts'
import { nameOf } from '../logic/shop-facts.ts'
import { here } from '../router.ts'
import { orderKeys, who } from '../shopper.ts'
import { surprises } from './buy.ts'

/** What a state is called, and what it means for who waits. */
const words: Readonly<Record<OrderState, readonly [string, string]>> = {
  pending: ['Placed', 'We have your order and look for your things.'],
  reserved: ['Put aside', 'Your things are put aside. The payment is next.'],
  charged: ['Paid', 'Paid. One moment, and it is confirmed.'],
  confirmed: ['Confirmed', 'Confirmed. Thank you: your things are on their way.'],
  cancelled: ['Cancelled', 'Cancelled. You do not pay for this order.'],
}
const way: readonly OrderState[] = ['pending', 'reserved', 'charged', 'confirmed']

const isOver = ({ state }: OrderOf) => state === 'confirmed' || state === 'cancelled'

/** An order, and what becomes of it until it has come to its end. */
export function Order() {
  const { id } = here()
  const key = orderKeys.get()[id]
  const found = load(
    `order ${id} ${who.get()}`,
    () => call<typeof getOrder>('GET', '/api/orders/:id', { params: { id }, headers: key ? { 'order-key': key } : {} }),
    isOver,
  )
  const { data } = found
  if (!data) return <Failed of={found} what="order" />
  const { state, history } = data
  const lines = data.items.map(item => ({ ...item, id: item.productId, priceCents: item.unitPriceCents }))
  return (
    <>
      <Heading text="Your order" />
      <p class={state === 'cancelled' ? 'note bad' : 'note good'} role="status">
        {words[state][1]}
        {found.isGivenUp && ' It takes longer than usual. Please look again later.'}
        {surprises.has(id) && ' The total is not the one you saw before: shipping, a price or a code changed.'}
      </p>
      <ol class="way">
        {(state === 'cancelled' ? history.map(done => done.state) : way).map(step => {
          const done = history.find(one => one.state === step)
          return (
            <li aria-current={step === state && 'step'}>
              {words[step][0]}
              <span class="soft">{done && toTime(done.at)}</span>
            </li>
          )
        })}
      </ol>
      <div class="sides">
        <LineList lines={lines} />
        <section class="panel" aria-label="Order summary">
          <Sums
            itemsCents={centsOf(lines)}
            discountCents={data.promotion?.discountCents ?? 0}
            shippingCents={data.shippingCents}
            totalCents={data.totalCents}
            isFlat={data.shipping.source === 'flat'}
          />
          <p class="soft">
            {data.customer?.name ?? 'Ordered'}, {toDay(data.createdAt)}, to {nameOf(data.country)}
          </p>
        </section>
      </div>
    </>
  )
}
