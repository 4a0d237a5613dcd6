// Every page of the store in the states that a shopper meets, in the order of one visit: each view begins where the one before
// ended. For whoever looks at all of them: accessibility, layout, pictures.
import type { Page } from 'playwright-core'
import {
  alerts,
  cartLink,
  fillCheckout,
  goTo,
  payButton,
  putInCart,
  says,
  settled,
  signIn,
  statuses,
  workAsShop,
} from './steps.ts'

type Open = (page: Page) => Promise<void>

/** The first lamp of the seeded catalogue. */
const lamp = 1
const customer = { email: 'ada@techmart.example', token: 'user-token-123' }

/** By Ada, so that there is an order to be looked at; asked again while the card is declined. */
async function buyAsAda(page: Page): Promise<string> {
  for (let tries = 0; tries < 20; tries += 1) {
    const answer = await page.request.post('/api/orders', {
      headers: { authorization: `Bearer ${customer.token}`, 'idempotency-key': crypto.randomUUID() },
      data: { email: customer.email, country: 'DE', items: [{ productId: lamp, quantity: 1 }] },
    })
    if (answer.status() === 201) return (await answer.json()).order.id
    if (answer.status() !== 402) throw new Error(`An order was answered ${answer.status()}: ${await answer.text()}`)
  }
  throw new Error('Twenty cards in a row were declined; the provider declines 5 to 12 %.')
}

async function goToNothing(page: Page, what: string, path: string): Promise<void> {
  await goTo(page, path)
  await page.getByRole('heading', { level: 1, name: `There is no such ${what}` }).waitFor()
}

export const views: Readonly<Record<string, Open>> = {
  home: page => goTo(page, '/'),
  category: async page => {
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: 'Audio' }).click()
    await settled(page)
  },
  'empty cart': page => goTo(page, '/cart'),
  'my orders, signed out': page => goTo(page, '/orders'),
  'admin, signed out': page => goTo(page, '/admin'),
  search: page => goTo(page, '/search?q=lamp'),
  'search without result': page => goTo(page, '/search?q=zzqx'),
  product: page => goTo(page, `/products/${lamp}`),
  'put in the cart': async page => putInCart(page, { id: lamp }),
  cart: async page => {
    await cartLink(page).click()
    await page.getByRole('list', { name: 'Items' }).waitFor()
    await settled(page)
  },
  checkout: async page => {
    await page.getByRole('link', { name: 'Go to checkout' }).click()
    await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor()
    await settled(page)
  },
  'checkout with mistakes': async page => {
    await fillCheckout(page, { email: 'nobody' })
    await payButton(page).click()
    await page.getByRole('textbox', { name: 'Email' }).and(page.locator('[aria-invalid="true"]')).waitFor()
  },
  'promotion that is none': async page => {
    await page.getByRole('textbox', { name: 'Promotion code' }).fill('NO-SUCH-CODE')
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('textbox', { name: 'Promotion code' }).and(page.locator('[aria-invalid="true"]')).waitFor()
  },
  'product, signed in': async page => {
    await goTo(page, `/products/${lamp}`)
    await signIn(page)
    await page.getByRole('form', { name: 'Write a review' }).waitFor()
  },
  order: async page => {
    await goTo(page, `/orders/${await buyAsAda(page)}`)
    await says(statuses(page), /confirmed/i)
  },
  'my orders': async page => {
    await goTo(page, '/orders')
    await page.getByRole('list', { name: 'Orders' }).waitFor()
  },
  admin: async page => {
    await goTo(page, '/admin')
    await workAsShop(page)
    await page.getByRole('spinbutton', { name: 'How many' }).fill('20')
    await page.getByRole('button', { name: 'Generate and upload' }).click()
    await says(page.getByRole('region', { name: 'Job' }).getByRole('status'), /done/i)
    await settled(page)
  },
  'not found': page => goTo(page, '/no-such-page'),
  'product that is not there': page => goToNothing(page, 'product', '/products/2147483000'),
  'order that is not there': page => goToNothing(page, 'order', '/orders/0b0f3c52-5d3c-4b7e-9f43-0a1d4f9a2a11'),
}

/** As a store answers whose `path` is broken; the words are the API's own. */
const breakRoute = (page: Page, path: string, method: string, message: string) =>
  page.route(path, route =>
    route.request().method() === method
      ? route.fulfill({ status: 503, json: { error: 'unavailable', message, requestId: 'a-request' } })
      : route.fallback(),
  )

/** What is shown instead where the store cannot do what it should; each begins anew. */
export const troubledViews: Readonly<Record<string, Open>> = {
  'home without products': async page => {
    await breakRoute(page, '**/api/products**', 'GET', 'This is not available just now.')
    await page.goto('/')
    await says(alerts(page), /\w/)
  },
  'product that cannot be read': async page => {
    await page.goto(`/products/${lamp}`)
    await says(alerts(page), /\w/)
  },
  'search that fails': async page => {
    await page.goto('/search?q=lamp')
    await says(alerts(page), /\w/)
    await page.unrouteAll()
  },
  'payments out': async page => {
    await putInCart(page, { id: lamp })
    await goTo(page, '/checkout')
    await fillCheckout(page, { email: 'shopper@example.com' })
    await breakRoute(
      page,
      '**/api/orders',
      'POST',
      'Payments cannot be taken just now. Nothing was ordered and nothing was charged; please try again in a minute.',
    )
    await payButton(page).click()
    await says(alerts(page), /your cart is kept/i)
  },
  'card declined': async page => {
    await page.route('**/api/orders', route =>
      route.fulfill({
        status: 402,
        json: { error: 'declined', message: 'The card was declined: insufficient funds. Nothing was charged.' },
      }),
    )
    await payButton(page).click()
    await says(alerts(page), /declined/i)
  },
  'orders that cannot be read': async page => {
    await signIn(page)
    await breakRoute(page, '**/api/orders**', 'GET', 'This is not available just now.')
    await page.goto('/orders')
    await says(alerts(page), /\w/)
  },
}

/** Opens one view after another, and shows each to `look`. */
export async function walk(page: Page, look: (name: string) => Promise<void>, through = views): Promise<void> {
  for (const [name, open] of Object.entries(through)) {
    try {
      await open(page)
    } catch (error) {
      throw new Error(`The view "${name}" could not be opened: ${(error as Error).message}`, { cause: error })
    }
    await look(name)
  }
}
