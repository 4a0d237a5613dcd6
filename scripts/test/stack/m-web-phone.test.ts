// The store on a phone: bought with taps, nothing wider than the window, nothing too small for a finger.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '../../browser/connect.ts'
import {
  beginning,
  cartLink,
  dollars,
  fillCheckout,
  goTo,
  pay,
  payButton,
  says,
  settled,
  statuses,
} from '../../browser/steps.ts'
import { walk } from '../../browser/views.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 120_000 }

/** A small one of today; 320 is what the Web Content Accessibility Guidelines ask for (1.4.10, Reflow). */
const phone = { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
const smallest = { ...phone, viewport: { width: 320, height: 640 } }

test('on a phone a shopper buys with taps alone', options, async t => {
  const goods = await findGoods('Kitchen')
  const page = await visit(t, phone)

  await goTo(page, '/')
  await page.getByRole('searchbox', { name: 'Search products' }).tap()
  await page.keyboard.type(goods.name)
  await page.waitForURL(/\/search\?/)
  const found = page.getByRole('list', { name: 'Products' }).getByRole('link', { name: beginning(goods.name) })
  await found.first().tap()
  await page.getByRole('heading', { level: 1, name: goods.name }).waitFor()
  await settled(page)
  await page.getByRole('button', { name: 'Add to cart' }).tap()
  await says(statuses(page), /in your cart/i)
  await cartLink(page).tap()
  await page.getByRole('link', { name: 'Go to checkout' }).tap()
  await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor()
  await fillCheckout(page, { email: newEmail(), country: 'JP' })
  await pay(page, () => payButton(page).tap())

  await says(statuses(page), /confirmed/i)
})

test('what a product costs is seen on a phone before anybody scrolls', options, async t => {
  const goods = await findGoods('Audio')
  const page = await visit(t, phone)

  await goTo(page, `/products/${goods.id}`)

  const price = page.getByRole('main').getByText(dollars(goods.priceCents), { exact: true }).first()
  const { y, height } = (await price.boundingBox()) ?? { y: Number.NaN, height: 0 }
  assert.ok(y + height <= phone.viewport.height, `its price ends at ${y + height} px of ${phone.viewport.height}`)
})

test('no page is wider than the smallest phone', options, async t => {
  const page = await visit(t, { ...smallest, refusals: [404] })
  const wide: string[] = []

  await walk(page, async view => {
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    if (width > smallest.viewport.width) wide.push(`${view}: ${width} px; ${await widest(page)}`)
  })

  assert.deepEqual(wide, [])
})

/** The first elements that stick out, but for those in a part that scrolls by itself. */
const widest = (page: Parameters<typeof walk>[0]): Promise<string> =>
  page.evaluate<string>(`(() => {
    const scrolls = element =>
      element !== null && (getComputedStyle(element).overflowX !== 'visible' || scrolls(element.parentElement))
    return [...document.body.querySelectorAll('*')]
      .filter(element => element.getBoundingClientRect().right > ${smallest.viewport.width} + 1)
      .filter(element => !scrolls(element.parentElement))
      .slice(0, 3).map(element => element.outerHTML.slice(0, 120)).join(' | ')
  })()`)
