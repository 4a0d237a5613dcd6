// The people who run the shop, in a browser: make products, watch the job that writes them, hand in a file, keep the stock.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '../../browser/connect.ts'
import { alerts, banner, goTo, says, workAsShop } from '../../browser/steps.ts'
import { shop } from './lab.ts'
import { countProducts, makeRows } from './uploads.ts'
import { findGoods } from './web-goods.ts'
import { visit } from './web-visitor.ts'

type Movement = { readonly reason: string; readonly quantity: number }

const options = { skip: noBrowser, timeout: 120_000 }

test(
  'generated products go up as a job that is followed live until it is done, and are in the shop',
  options,
  async t => {
    const before = (await shop('/api/products?pageSize=1')).body.total
    const page = await visit(t)
    await goTo(page, '/admin')
    await workAsShop(page)

    const howMany = page.getByRole('spinbutton', { name: 'How many' })
    await howMany.fill('700')
    await page.getByRole('button', { name: 'Generate and upload' }).click()

    const job = page.getByRole('region', { name: 'Job' })
    await says(job.getByRole('status'), /queued|running|done/i)
    await says(job.getByRole('status'), /done/i)
    await says(job.getByRole('status'), /700 of 700/)
    assert.equal(await job.getByRole('progressbar', { name: 'Rows written' }).getAttribute('value'), '700')
    assert.equal(await howMany.inputValue(), '700')
    assert.equal((await shop('/api/products?pageSize=1')).body.total, before + 700)
  },
)

test('a file with one wrong row writes the others, and says which row was wrong and why', options, async t => {
  const rows = makeRows(2)
  const page = await visit(t)
  await goTo(page, '/admin')
  await workAsShop(page)
  const text = JSON.stringify([rows[0], { ...rows[1], priceCents: -5 }])

  await page
    .getByLabel(/^File/)
    .setInputFiles({ name: 'products.json', mimeType: 'application/json', buffer: Buffer.from(text) })
  await page.getByRole('button', { name: 'Upload', exact: true }).click()

  const job = page.getByRole('region', { name: 'Job' })
  await says(job.getByRole('status'), /done/i)
  await says(job, /row 2/i)
  await says(job, /price/i)
  assert.equal(await countProducts(rows), '1,1')
})

test('a file that is no list of products is refused in words before it is sent', options, async t => {
  const page = await visit(t)
  await goTo(page, '/admin')
  await workAsShop(page)

  await page
    .getByLabel(/^File/)
    .setInputFiles({ name: 'poem.json', mimeType: 'application/json', buffer: Buffer.from('Roses are red') })
  await page.getByRole('button', { name: 'Upload', exact: true }).click()

  await says(alerts(page), /JSON/)
})

test('pieces that the shop receives are on the shelf, as a recorded movement', options, async t => {
  const goods = await findGoods('Garden')
  const page = await visit(t)
  await goTo(page, '/admin')
  await workAsShop(page)

  const form = page.getByRole('form', { name: 'Change stock' })
  await form.getByRole('spinbutton', { name: 'Product number' }).fill(String(goods.id))
  await form.getByRole('combobox', { name: 'Change' }).selectOption('receive')
  await form.getByRole('spinbutton', { name: 'Pieces' }).fill('7')
  await form.getByRole('button', { name: 'Change stock' }).click()
  await says(page.getByRole('status'), /\d/)

  const { movements } = (await shop(`/api/inventory/${goods.id}`)).body
  assert.ok(movements.some((one: Movement) => one.reason === 'received' && one.quantity === 7))
})

test('who does not work as the shop is shown no admin work, and signing out ends it', options, async t => {
  const page = await visit(t)
  await goTo(page, '/admin')

  assert.equal(await page.getByRole('button', { name: 'Generate and upload' }).count(), 0)
  await workAsShop(page)
  await banner(page).getByRole('button', { name: 'Sign out' }).click()
  await page.getByRole('button', { name: 'Work as the shop' }).waitFor()
  assert.equal(await page.getByRole('button', { name: 'Generate and upload' }).count(), 0)
})
