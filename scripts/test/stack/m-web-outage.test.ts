// What a shopper feels while payments are broken, and when a reply is lost: told in plain words, the cart kept, paid once.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../browser/connect.ts'
import {
  alerts,
  cartLink,
  fillCheckout,
  goTo,
  pay,
  payButton,
  pressPay,
  putInCart,
  says,
  settled,
  statuses,
} from '../../browser/steps.ts'
import { eventually, placeOrder, shop } from './lab.ts'
import { startFault } from './trouble.ts'
import { findGoods, newEmail } from './web-goods.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 180_000 }

const ordersOf = async (email: string): Promise<{ id: string; state: string }[]> =>
  (await shop(`/api/orders?email=${encodeURIComponent(email)}`)).body.orders

const isToldAndKept = async (page: Page, words: RegExp): Promise<void> => {
  await says(alerts(page), words)
  await says(alerts(page), /your cart is kept/i)
}

test(
  'while payments are broken a shopper is told so, keeps the cart and goes on browsing; once they work it is paid, once',
  options,
  async t => {
    const lamp = await findGoods('Lighting')
    const page = await visit(t, { refusals: [503, 504] })
    const email = newEmail()
    await putInCart(page, lamp, 2)
    await goTo(page, '/checkout')
    await fillCheckout(page, { email })
    const heal = await startFault(t, 'payments-failing', {
      service: 'payments',
      point: 'http-server',
      target: 'POST /charges',
      kind: 'error',
      ratio: 1,
    })
    await eventually(async () => assert.equal((await placeOrder()).status, 503), { withinMs: 20_000 })

    const first = await pressPay(page)
    await isToldAndKept(page, /payment/i)
    const told = await alerts(page).allInnerTexts()
    await cartLink(page).click()
    await page.getByRole('spinbutton', { name: `Quantity of ${lamp.name}` }).waitFor()
    await page.reload()
    const kept = await page.getByRole('spinbutton', { name: `Quantity of ${lamp.name}` }).inputValue()
    await goTo(page, '/')
    const products = await page.getByRole('list', { name: 'Products' }).getByRole('listitem').count()
    await goTo(page, '/checkout')
    await fillCheckout(page, { email })
    const second = await pressPay(page)
    await isToldAndKept(page, /payment/i)

    assert.deepEqual([first.status() >= 500, second.status() >= 500, kept, products > 5], [true, true, '2', true])
    assert.equal(second.request().headers()['idempotency-key'], first.request().headers()['idempotency-key'])
    assert.doesNotMatch(told.join(' '), /\b50\d\b|circuit|upstream|undefined|[{}]/)

    await heal()
    await eventually(async () => assert.equal((await placeOrder()).status, 201), { withinMs: 60_000 })
    const id = await pay(page)
    await says(statuses(page), /confirmed/i)
    const bought = (await ordersOf(email)).filter(order => order.state !== 'cancelled')
    assert.deepEqual(
      bought.map(order => [order.id, order.state]),
      [[id, 'confirmed']],
    )
  },
)

test(
  'when the reply to a paid order is lost, paying again after a look at the cart and a reload gives that same order, its promotion included',
  options,
  async t => {
    const goods = await findGoods('Kitchen')
    const page = await visit(t, { cuts: true })
    const email = newEmail()
    await putInCart(page, goods)
    await goTo(page, '/checkout')
    await fillCheckout(page, { email })
    const code = page.getByRole('textbox', { name: 'Promotion code' })
    await code.fill('WELCOME10')
    await page.getByRole('button', { name: 'Apply' }).click()
    await says(statuses(page), /10% off/)
    const lost: string[] = []
    await page.route('**/api/orders', async route => {
      const answer = await route.fetch()
      if (answer.status() !== 201 || lost.length > 0) return route.fulfill({ response: answer })
      lost.push((await answer.json()).order.id)
      return route.abort('connectionreset')
    })

    await eventually(
      async () => {
        // Until the card is not declined.
        await payButton(page).click()
        await alerts(page).first().waitFor()
        assert.equal(lost.length, 1)
      },
      { withinMs: 60_000 },
    )
    await isToldAndKept(page, /did not|no answer|could not|not reached|lost/i)
    await cartLink(page).click()
    await page.reload()
    await page.getByRole('link', { name: 'Go to checkout' }).click()
    await settled(page)
    await fillCheckout(page, { email })
    const kept = await code.inputValue()
    await code.fill('welcome10')
    const id = await pay(page)

    assert.deepEqual([id, kept], [lost[0], 'WELCOME10'])
    const bought = (await ordersOf(email)).filter(order => order.state !== 'cancelled')
    assert.deepEqual(
      bought.map(order => order.id),
      [id],
    )
  },
)

test('two quick presses on Pay are one order', options, async t => {
  const goods = await findGoods('Kitchen')
  const page = await visit(t)
  const email = newEmail()
  await putInCart(page, goods)
  await goTo(page, '/checkout')
  await fillCheckout(page, { email })
  const keys = new Set<string | undefined>()
  page.on('request', request => {
    if (request.method() === 'POST' && request.url().endsWith('/api/orders'))
      keys.add(request.headers()['idempotency-key'])
  })

  const id = await pay(page, () => payButton(page).dblclick())

  const orders = await ordersOf(email)
  assert.deepEqual(
    orders.filter(order => order.state === 'confirmed').map(order => order.id),
    [id],
  )
  // A declined one has a key of its own.
  assert.equal(keys.size, orders.length)
})

test('while the catalogue cannot be read the shop says so, and "Try again" brings it once it can', options, async t => {
  const page = await visit(t, { refusals: [500, 503, 504] })
  const heal = await startFault(t, 'browsing-failing', {
    service: 'api',
    point: 'http-server',
    target: 'GET /api/products',
    kind: 'error',
    ratio: 1,
  })
  await eventually(async () => assert.notEqual((await shop('/api/products')).status, 200), { withinMs: 20_000 })

  await page.goto('/')
  await says(alerts(page), /\w+ \w+/)
  const told = await alerts(page).allInnerTexts()
  await heal()
  await eventually(async () => assert.equal((await shop('/api/products')).status, 200), { withinMs: 20_000 })
  await page.getByRole('button', { name: 'Try again' }).click()

  await page.getByRole('list', { name: 'Products' }).getByRole('listitem').first().waitFor()
  assert.doesNotMatch(told.join(' '), /\b50\d\b|upstream|undefined|[{}]/)
  assert.equal(await alerts(page).filter({ hasText: /\w/ }).count(), 0)
})
