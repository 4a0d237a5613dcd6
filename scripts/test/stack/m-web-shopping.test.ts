// The whole way of a shopper, in a browser: find, put in the cart, pay, follow the order, come back to it, say what one thinks of it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '../../browser/connect.ts'
import {
  alerts,
  banner,
  beginning,
  cartLink,
  containing,
  dollars,
  fillCheckout,
  goTo,
  pay,
  putInCart,
  says,
  settled,
  signIn,
  statuses,
} from '../../browser/steps.ts'
import { placeOrder, shop, urls } from './lab.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 120_000 }

test(
  'a shopper who never signed in finds a lamp, buys three with a promotion, and sees the order confirmed',
  options,
  async t => {
    const lamp = await findGoods('Lighting')
    const page = await visit(t)
    const email = newEmail()

    await goTo(page, '/')
    const categories = page.getByRole('navigation', { name: 'Categories' })
    await categories.getByRole('link', { name: 'Lighting' }).click()
    await categories.getByRole('link', { name: 'Lighting' }).and(page.locator('[aria-current]')).waitFor()
    await page.getByRole('searchbox', { name: 'Search products' }).pressSequentially(lamp.name)
    await page.waitForURL(/\/search\?/)
    const found = page.getByRole('list', { name: 'Products' }).getByRole('link', { name: beginning(lamp.name) })
    await found.first().click()
    await page.getByRole('heading', { level: 1, name: lamp.name }).waitFor()
    await page.getByRole('spinbutton', { name: 'Quantity' }).fill('2')
    await page.getByRole('button', { name: 'Add to cart' }).click()
    await says(statuses(page), /in your cart/i)
    await cartLink(page).click()
    const items = page.getByRole('list', { name: 'Items' })
    await items.getByRole('spinbutton', { name: `Quantity of ${lamp.name}` }).fill('3')
    await page.keyboard.press('Tab')
    await says(page.getByRole('main'), containing(dollars(3 * lamp.priceCents)))
    await page.getByRole('link', { name: 'Go to checkout' }).click()
    await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor()
    await fillCheckout(page, { email, country: 'DE' })
    await page.getByRole('textbox', { name: 'Promotion code' }).fill('WELCOME10')
    await page.getByRole('button', { name: 'Apply' }).click()
    const discountCents = Math.floor((3 * lamp.priceCents) / 10)
    await says(page.getByRole('region', { name: 'Order summary' }), containing(dollars(discountCents)))
    const id = await pay(page)

    await says(statuses(page), /confirmed/i)
    const { body: order } = await shop(`/api/orders/${id}`)
    assert.deepEqual(
      [order.state, order.country, order.promotion, order.items.map((item: { quantity: number }) => item.quantity)],
      ['confirmed', 'DE', { code: 'WELCOME10', discountCents }, [3]],
    )
    await says(page.getByRole('main'), containing(dollars(order.totalCents)))
    await banner(page)
      .getByRole('link', { name: /^Cart\W+empty/ })
      .waitFor()
    // Read again without signing in: with the key that this tab keeps.
    await page.reload()
    await says(statuses(page), /confirmed/i)
  },
)

test(
  'a customer who signs in pays as herself, finds the order among hers, and her review stands on the product',
  options,
  async t => {
    const speaker = await findGoods('Audio')
    const page = await visit(t)
    const title = `Good value ${crypto.randomUUID().slice(0, 8)}`

    await putInCart(page, speaker)
    await signIn(page)
    await cartLink(page).click()
    await page.getByRole('link', { name: 'Go to checkout' }).click()
    await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor()
    const filledIn = await page.getByRole('textbox', { name: 'Email' }).inputValue()
    const id = await pay(page)
    await banner(page).getByRole('link', { name: 'My orders' }).click()
    await page.getByRole('heading', { level: 1, name: 'My orders' }).waitFor()
    const newest = page.getByRole('list', { name: 'Orders' }).getByRole('link').first()
    const leadsTo = await newest.getAttribute('href')
    const named = await newest.innerText()
    await goTo(page, `/products/${speaker.id}`)
    const form = page.getByRole('form', { name: 'Write a review' })
    await form.getByRole('radio', { name: '4 stars' }).check()
    await form.getByRole('textbox', { name: 'Title' }).fill(title)
    await form.getByRole('textbox', { name: 'Review' }).fill('It does what it should.\nAnd it looks well.')
    await form.getByRole('button', { name: 'Send review' }).click()
    await says(statuses(page), /thank you/i)

    assert.equal(filledIn, 'ada@techmart.example')
    assert.equal(leadsTo, `/orders/${id}`)
    assert.ok(named.startsWith(`Order ${id.slice(-8)}, `), named)
    await says(page.getByRole('list', { name: 'Reviews' }).getByRole('listitem'), new RegExp(title))
    await page.reload()
    await says(page.getByRole('list', { name: 'Reviews' }).getByRole('listitem'), new RegExp(title))
  },
)

test('what is wrong with an order is said at the field, in words, and nothing is ordered', options, async t => {
  const lamp = await findGoods('Lighting')
  const page = await visit(t, { refusals: [404] })
  await putInCart(page, lamp)
  await goTo(page, '/checkout')

  const email = page.getByRole('textbox', { name: 'Email' })
  await email.fill('nobody')
  await page.getByRole('button', { name: /^Pay/ }).click()
  const code = page.getByRole('textbox', { name: 'Promotion code' })
  await code.fill('NO-SUCH-CODE')
  await page.getByRole('button', { name: 'Apply' }).click()

  for (const field of [email, code]) {
    await field.and(page.locator('[aria-invalid="true"]')).waitFor()
    const describedBy = (await field.getAttribute('aria-describedby')) ?? ''
    const words = await page
      .locator(
        describedBy
          .split(' ')
          .map(id => `#${id}`)
          .join(', '),
      )
      .allInnerTexts()
    assert.match(words.join(' '), /\w+ \w+/)
    assert.doesNotMatch(words.join(' '), /body\.|[{}]/)
  }
  assert.equal(new URL(page.url()).pathname, '/checkout')
})

test(
  'typing in the search finds while one types, says how many, and says plainly when there is nothing',
  options,
  async t => {
    const page = await visit(t)
    await goTo(page, '/')
    await page.getByRole('link', { name: 'Kitchen' }).click()
    await page.getByRole('heading', { level: 1, name: 'Kitchen' }).waitFor()
    const box = page.getByRole('searchbox', { name: 'Search products' })

    await box.pressSequentially('head')
    await page.waitForURL(/\/search\?q=head$/)
    await settled(page)
    // Typed on without touching the field: it must still have the focus.
    await page.keyboard.type('pho')
    await page.waitForURL(/\/search\?q=headpho$/)
    await settled(page)
    await says(statuses(page), /\d+ products?/i)
    const names = await page.getByRole('list', { name: 'Products' }).getByRole('link').allInnerTexts()
    await box.fill('zzqx no such thing')
    await says(page.getByRole('main'), /nothing found/i)

    assert.ok(names.length > 2 && names.slice(0, 3).every(name => /headphone/i.test(name)), names.join('; '))
  },
)

test('an order is shown to nobody else, who is told that it is somebody’s', options, async t => {
  const { body } = await placeOrder()
  const page = await visit(t, { refusals: [403] })

  await page.goto(`/orders/${body.order.id}`)

  await says(alerts(page), /belongs to somebody else/)
  assert.equal(await page.getByRole('list', { name: 'Items' }).count(), 0)
})

test('what is not there is said to be not there, with the way to what is', options, async t => {
  const page = await visit(t, { refusals: [404] })
  const main = page.getByRole('main')

  for (const [path, heading] of [
    ['/no-such-page', 'Page not found'],
    ['/products/2147483000', 'There is no such product'],
    [`/orders/${crypto.randomUUID()}`, 'There is no such order'],
  ] as const) {
    await goTo(page, path)
    await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    assert.equal(await page.title(), `${heading} · TechMart`)
    assert.equal(await main.getByRole('link', { name: 'To all products' }).getAttribute('href'), '/', path)
    assert.equal(await main.getByRole('button').count(), 0, path)
    assert.doesNotMatch(await main.innerText(), /[{}]|undefined|null/, path)
  }
})

test('the foot of a page leads to the lab behind the store', options, async t => {
  const page = await visit(t)
  await goTo(page, '/')

  const foot = page.getByRole('contentinfo')
  for (const [name, leadsTo] of [
    [/Prometheus/, urls.prometheus],
    [/Alertmanager/, urls.alertmanager],
  ] as const) {
    const address = await foot.getByRole('link', { name }).getAttribute('href')
    assert.equal(new URL(address ?? '').port, new URL(leadsTo).port, `${name} leads to ${address}`)
  }
  assert.match(
    (await foot.getByRole('link', { name: /Grafana/ }).getAttribute('href')) ?? '',
    /^http:\/\/localhost:\d+/,
  )
})
