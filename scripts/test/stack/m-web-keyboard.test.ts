// Everything with the keyboard alone: from the first Tab to a paid order, without a mouse and without an address typed in between.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '../../browser/connect.ts'
import { beginning, cartLink, goTo, pay, payButton, putInCart, says, settled, statuses } from '../../browser/steps.ts'
import { shop } from './lab.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { pressOn, tabTo } from './web-keys.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 120_000 }

test(
  'a purchase needs no mouse: search, product, cart, checkout and payment by keyboard alone, the focus always seen',
  options,
  async t => {
    const bag = await findGoods('Bags & Travel')
    const page = await visit(t)
    const main = page.getByRole('main')
    const email = newEmail()

    await goTo(page, '/')
    await tabTo(page, page.getByRole('searchbox', { name: 'Search products' }))
    await page.keyboard.type(bag.name)
    await page.waitForURL(/\/search\?/)
    await settled(page)
    await pressOn(page, main.getByRole('link', { name: beginning(bag.name) }))
    await page.getByRole('heading', { level: 1, name: bag.name }).waitFor()
    await settled(page)
    await pressOn(page, main.getByRole('button', { name: 'Add to cart' }))
    await says(statuses(page), /in your cart/i)
    await pressOn(page, cartLink(page), { key: 'Shift+Tab' })
    await page.getByRole('heading', { level: 1, name: 'Cart' }).waitFor()
    await pressOn(page, main.getByRole('link', { name: 'Go to checkout' }))
    await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor()
    await tabTo(page, main.getByRole('textbox', { name: 'Email' }))
    await page.keyboard.type(email)
    await tabTo(page, main.getByRole('combobox', { name: 'Country' }))
    await page.keyboard.type('Ger')
    await settled(page)
    const id = await pay(page, () => pressOn(page, payButton(page)))

    await says(statuses(page), /confirmed/i)
    const { body: order } = await shop(`/api/orders/${id}`)
    assert.deepEqual([order.state, order.country, order.items[0].productId], ['confirmed', 'DE', bag.id])
  },
)

test('the first Tab offers to skip to the content, and skipping puts the focus there', options, async t => {
  const page = await visit(t)
  await goTo(page, '/')

  await page.keyboard.press('Tab')
  const skip = page.getByRole('link', { name: 'Skip to content' })
  const first = await skip.evaluate(element => element === element.ownerDocument.activeElement)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Tab')

  assert.equal(first, true)
  const inside = 'document.querySelector("main").contains(document.activeElement)'
  assert.equal(await page.evaluate<boolean>(inside), true)
})

test(
  'whoever takes the last thing out of the cart by key has the focus on the heading that says so',
  options,
  async t => {
    const bag = await findGoods('Bags & Travel')
    const page = await visit(t)
    await putInCart(page, bag)
    await goTo(page, '/cart')

    await pressOn(page, page.getByRole('button', { name: `Remove ${bag.name}` }))

    await page.getByRole('heading', { level: 1, name: 'Your cart is empty' }).and(page.locator(':focus')).waitFor()
  },
)

test('a move to another page is told: its title changes and the focus is on its heading', options, async t => {
  const page = await visit(t)
  await goTo(page, '/')
  const before = await page.title()

  await cartLink(page).press('Enter')
  const heading = page.getByRole('heading', { level: 1, name: 'Cart' })
  await heading.waitFor()

  assert.notEqual(await page.title(), before)
  assert.match(await page.title(), /TechMart$/)
  await heading.and(page.locator(':focus')).waitFor()
})
