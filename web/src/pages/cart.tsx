import type { listStockLevels } from '@techmart/contracts/stock-routes'
import { call } from '../api/client.ts'
import { EmptyCart } from '../components/empty-cart.tsx'
import { Heading } from '../components/heading.tsx'
import { LineList } from '../components/line-list.tsx'
import { load } from '../load.ts'
import { centsOf, maxQuantity, setQuantity } from '../logic/cart.ts'
import { toPrice } from '../logic/money.ts'
import { toCheckout } from '../paths.ts'
import { say } from '../say.ts'
import { cart } from '../shopper.ts'

export function Cart() {
  const lines = cart.get()
  if (!lines.length) return <EmptyCart />
  const { data } = load('stock of cart', () =>
    call<typeof listStockLevels>('GET', '/api/stock-levels', { query: { productId: lines.map(({ id }) => id) } }),
  )

  function change(id: number, quantity: number) {
    cart.set(setQuantity(lines, id, quantity))
    say(`Items together: ${toPrice(centsOf(cart.get()))}`)
    // The button that was pressed is gone; with the last line, so is this page's heading, once all is drawn.
    if (!quantity) queueMicrotask(() => document.querySelector('h1')?.focus())
  }

  return (
    <>
      <Heading text="Your cart" />
      <div class="sides">
        <LineList lines={lines}>
          {({ id, name, quantity, priceCents }) => {
            const left = data?.levels.find(level => level.productId === id)?.available ?? quantity
            return (
              <>
                {left < quantity && <p class="warn">{left ? `Only ${left} left` : 'Sold out just now'}</p>}
                <p class="amount">
                  <input
                    type="number"
                    min="1"
                    max={maxQuantity}
                    value={quantity}
                    aria-label={`Quantity of ${name}`}
                    onChange={event => change(id, event.currentTarget.valueAsNumber || 1)}
                  />
                  <button class="quiet" type="button" aria-label={`Remove ${name}`} onClick={() => change(id, 0)}>
                    Remove
                  </button>
                  <b>{toPrice(priceCents * quantity)}</b>
                </p>
              </>
            )
          }}
        </LineList>
        <section class="panel" aria-label="Order summary">
          <p class="amount">
            Items <b>{toPrice(centsOf(lines))}</b>
          </p>
          <p class="soft">Shipping and discounts come with the next step.</p>
          <a class="button main" href={toCheckout()}>
            Go to checkout
          </a>
        </section>
      </div>
    </>
  )
}
