// What people do at the store, for whoever drives a browser: by role and name, like somebody who cannot see how it is built.
import assert from 'node:assert/strict'
import type { Locator, Page, Response } from 'playwright-core'

export interface Goods {
  readonly id: number
  readonly name: string
  readonly category: string
  readonly priceCents: number
}

/** As the store writes US cents. */
export const dollars = (cents: number): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(cents / 100)

const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A name that begins with these words: what stands between and behind them may change with the page's looks. */
export const beginning = (text: string): RegExp => new RegExp(`^${text.split(/[ ,]+/).map(literally).join('[ ,]+')}`)
export const containing = (text: string): RegExp => new RegExp(literally(text))

/** Waits until nothing on the page is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' })
}

export async function goTo(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await settled(page)
}

/** Rejects with what is there instead. */
export async function says(place: Locator, words: RegExp): Promise<void> {
  await place
    .filter({ hasText: words })
    .first()
    .waitFor()
    .catch(async error => {
      const there = await place.allInnerTexts()
      throw new Error(`Nobody says ${words}; said is ${JSON.stringify(there)}`, { cause: error })
    })
}

export const banner = (page: Page): Locator => page.getByRole('banner')
export const cartLink = (page: Page): Locator => banner(page).getByRole('link', { name: /^Cart/ })
export const payButton = (page: Page): Locator => page.getByRole('main').getByRole('button', { name: /^Pay/ })
export const alerts = (page: Page): Locator => page.getByRole('alert')
export const statuses = (page: Page): Locator => page.getByRole('status')

/** On a product's page. */
export async function addToCart(page: Page, quantity = 1): Promise<void> {
  if (quantity !== 1) await page.getByRole('spinbutton', { name: 'Quantity' }).fill(String(quantity))
  await page.getByRole('button', { name: 'Add to cart' }).click()
  await says(statuses(page), /in your cart/i)
}

/** Ends on the product's page. */
export async function putInCart(page: Page, { id }: Pick<Goods, 'id'>, quantity = 1): Promise<void> {
  await goTo(page, `/products/${id}`)
  await addToCart(page, quantity)
}

export async function fillCheckout(page: Page, { email, country = 'US' }: { email: string; country?: string }) {
  await page.getByRole('textbox', { name: 'Email' }).fill(email)
  await page.getByRole('combobox', { name: 'Country' }).selectOption(country)
  await settled(page)
}

/** Presses Pay once, or does `press` instead, and gives the answer to it. */
export async function pressPay(page: Page, press = () => payButton(page).click()): Promise<Response> {
  const [answer] = await Promise.all([
    page.waitForResponse(
      response => response.request().method() === 'POST' && new URL(response.url()).pathname === '/api/orders',
    ),
    press(),
  ])
  return answer
}

/** Pays; a declined card is told and tried again. Ends on the order's page, with the order's id. */
export async function pay(page: Page, press?: () => Promise<void>): Promise<string> {
  for (let tries = 0; tries < 20; tries += 1) {
    const answer = await pressPay(page, press)
    if (answer.status() === 402) {
      await says(alerts(page), /declined/i)
      continue
    }
    assert.equal(answer.status(), 201, await answer.text())
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/)
    await settled(page)
    return new URL(page.url()).pathname.split('/')[2] ?? ''
  }
  throw new Error('Twenty cards in a row were declined; the provider declines 5 to 12 %.')
}

export async function signIn(page: Page): Promise<void> {
  await banner(page).getByRole('button', { name: 'Sign in' }).click()
  await banner(page).getByRole('button', { name: 'Sign out' }).waitFor()
}

/** On the admin page. */
export async function workAsShop(page: Page): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'Work as the shop' }).click()
  await page.getByRole('region', { name: 'Generate products' }).waitFor()
}
