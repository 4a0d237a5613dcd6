import type { getProduct } from '@techmart/contracts/product-routes'
import type { getPromotion } from '@techmart/contracts/promotion-routes'
import type { getShippingQuote } from '@techmart/contracts/shipping-routes'
import type { Country } from '@techmart/contracts/shop'
import type { ApiError } from '../api/api-error.ts'
import { call } from '../api/client.ts'
import { emailWords, toCheckoutWords } from '../api/words.ts'
import { EmptyCart } from '../components/empty-cart.tsx'
import { Heading } from '../components/heading.tsx'
import { LineList } from '../components/line-list.tsx'
import { PromotionField } from '../components/promotion-field.tsx'
import { Remedy } from '../components/remedy.tsx'
import { Sums } from '../components/sums.tsx'
import { load } from '../load.ts'
import { change, local } from '../local.ts'
import { centsOf, piecesOf, reprice } from '../logic/cart.ts'
import { discountOf } from '../logic/discount.ts'
import { toPrice } from '../logic/money.ts'
import { countries, nameOf } from '../logic/shop-facts.ts'
import { toOrder } from '../paths.ts'
import { go } from '../router.ts'
import { adaEmail, cart, habits, who } from '../shopper.ts'
import { buy, promo, surprises } from './buy.ts'

export function Checkout() {
  const lines = cart.get()
  if (!lines.length) return <EmptyCart />
  const isAda = who.get() === 'ada'
  const state = local('checkout', {
    emailError: '',
    error: undefined as unknown,
    isPaying: false,
  })
  const { country = 'US' } = habits.get()
  const { emailError, error, isPaying } = state
  const code = promo.get()
  const pieces = piecesOf(lines)

  const quoted = load(`shipping ${country} ${pieces}`, () =>
    call<typeof getShippingQuote>('GET', '/api/shipping-quotes', { query: { country, pieces } }),
  )
  const promoted = load(`promotion ${code}`, async () =>
    code ? call<typeof getPromotion>('GET', '/api/promotions/:code', { params: { code } }) : undefined,
  )
  // The cart may be days old. Where the prices of now cannot be had the old ones stay, and the order says what it cost.
  load('prices of cart', async () => {
    const asked = lines.map(({ id }) => call<typeof getProduct>('GET', '/api/products/:id', { params: { id } }))
    const products = await Promise.all(asked)
    cart.set(reprice(cart.get(), products))
  })

  const itemsCents = centsOf(lines)
  const discountCents = promoted.data?.state === 'active' ? discountOf(promoted.data, itemsCents) : 0
  const shippingCents = quoted.data?.cents
  // Nobody is shown a sum that is about to change.
  const totalCents =
    quoted.data && (!code || promoted.data || promoted.error)
      ? itemsCents - discountCents + quoted.data.cents
      : undefined

  async function pay(event: SubmitEvent) {
    event.preventDefault()
    // As it is now, and not as it was when the button was drawn.
    if (state.isPaying) return
    const email = (event.currentTarget as HTMLFormElement).email as HTMLInputElement
    const tellEmail = () => {
      change(state, { emailError: emailWords, isPaying: false })
      email.focus()
    }
    if (!email.validity.valid) return tellEmail()
    change(state, { emailError: '', error: undefined, isPaying: true })
    try {
      const items = lines.map(({ id, quantity }) => ({ productId: id, quantity }))
      const order = await buy({ email: email.value, country, items, ...(code && { promotionCode: code }) })
      promo.set('')
      // The order asks for all of it anew: prices, what the code takes off, shipping.
      if (order.totalCents !== (totalCents ?? order.totalCents)) surprises.add(order.id)
      return go(toOrder(order.id))
    } catch (failure) {
      if (fieldOf(failure) === 'body.email') return tellEmail()
      change(state, { isPaying: false, error: failure })
    }
  }

  return (
    <>
      <Heading text="Checkout" />
      <form class="sides" onSubmit={pay} noValidate>
        <div class="fields">
          <label>
            Email
            <input
              key={`${isAda}`}
              type="email"
              name="email"
              autocomplete="email"
              required
              defaultValue={isAda ? adaEmail : ''}
              readOnly={isAda}
              aria-invalid={!!emailError}
              aria-describedby="email-words"
            />
          </label>
          <p id="email-words" class={emailError ? 'bad' : 'soft'}>
            {emailError || 'We write to you there.'}
          </p>
          <label>
            Country
            <select
              value={country}
              onChange={event => habits.set({ ...habits.get(), country: event.currentTarget.value as Country })}
            >
              {countries.map(name => (
                <option value={name}>{nameOf(name)}</option>
              ))}
            </select>
          </label>
          <PromotionField
            code={code}
            found={promoted.data}
            error={fieldOf(error) === 'body.promotionCode' ? error : promoted.error}
            apply={typed => {
              promo.set(typed.trim().toUpperCase())
              change(state, { error: undefined })
              if (promoted.error) promoted.again()
            }}
          />
          <p class="note">There is no card to fill in: play money is charged, and now and then it is declined.</p>
        </div>
        <section class="panel" aria-label="Order summary" aria-busy={!quoted.data && !quoted.error}>
          <LineList lines={lines} />
          <Sums {...{ itemsCents, discountCents, shippingCents, totalCents }} isFlat={quoted.data?.source === 'flat'} />
          {!!quoted.error && <p class="warn">What shipping costs, your order will say.</p>}
          {!!error && (
            <div class="note bad" role="alert">
              <p>{toCheckoutWords(error)} Your cart is kept.</p>
              <Remedy error={error} done={() => change(state, { error: undefined })} />
            </div>
          )}
          <button class="main" type="submit" aria-disabled={isPaying}>
            {isPaying ? 'Paying…' : totalCents === undefined ? 'Pay' : `Pay ${toPrice(totalCents)}`}
          </button>
        </section>
      </form>
    </>
  )
}

/** The part of the order that the shop finds wrong. */
const fieldOf = (error: unknown) => (error as ApiError | undefined)?.said?.field
