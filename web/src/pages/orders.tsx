import type { listOrders } from '@techmart/contracts/order-routes'
import { call } from '../api/client.ts'
import { Heading } from '../components/heading.tsx'
import { Pages } from '../components/pages.tsx'
import { Trouble } from '../components/trouble.tsx'
import { load } from '../load.ts'
import { toDay } from '../logic/day.ts'
import { toPrice } from '../logic/money.ts'
import { toOrder, toOrders } from '../paths.ts'
import { here } from '../router.ts'
import { adaEmail, orderKeys, who } from '../shopper.ts'

/** Its last digits tell it from others: the sample customers' orders all begin alike. */
const toName = (id: string) => `Order ${id.slice(-8)}`

/** Ada's own; everybody's for the shop; for a guest those that this window knows of. */
export const Orders = () => (
  <>
    <Heading text={who.get() === 'shop' ? 'All orders' : 'My orders'} />
    {who.get() === 'guest' ? <OrdersHere /> : <OrdersThere />}
  </>
)

const OrdersHere = () => (
  <>
    <p>Here are the orders of this window. Sign in for those of the demo’s customer.</p>
    <ul class="rows" aria-label="Orders">
      {Object.keys(orderKeys.get()).map(id => (
        <li>
          <a href={toOrder(id)}>{toName(id)}</a>
        </li>
      ))}
    </ul>
  </>
)

function OrdersThere() {
  const { page } = here()
  const isAda = who.get() === 'ada'
  const found = load(`orders ${isAda} ${page}`, () =>
    call<typeof listOrders>('GET', '/api/orders', { query: { page, pageSize: 10, ...(isAda && { email: adaEmail }) } }),
  )
  const { data } = found
  return (
    <>
      <Trouble of={found} />
      {data?.total === 0 && <p>There are no orders yet.</p>}
      <ul class="rows" aria-label="Orders" aria-busy={!data && !found.error}>
        {data?.orders.map(order => (
          <li>
            <a href={toOrder(order.id)}>
              {toName(order.id)}, {toDay(order.createdAt)}
            </a>
            <span>{order.items.map(({ quantity, name }) => `${quantity} × ${name}`).join('; ')}</span>
            <span class="soft">{order.state}</span>
            <b>{toPrice(order.totalCents)}</b>
          </li>
        ))}
      </ul>
      {data && <Pages of={data} to={toOrders} />}
    </>
  )
}
