// `make screenshots`: a picture of each page of the running store, into docs/screenshots.
import { mkdir } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { openBrowser, openVisitor } from './connect.ts'
import { alerts } from './steps.ts'
import { troubledViews, views, walk } from './views.ts'

const storeUrl = `http://localhost:${process.env.STORE_PORT || 8080}`
const folder = 'docs/screenshots'

const wide = { width: 1120, height: 760 }
const phone = { width: 390, height: 760 }

interface Picture {
  readonly file: string
  readonly size: { readonly width: number; readonly height: number }
  readonly colorScheme: 'light' | 'dark'
}

const picture = (file: string, colorScheme: 'light' | 'dark' = 'light', size = wide): Picture => ({
  file,
  size,
  colorScheme,
})
const light = (file: string) => [picture(file)]

/** By view; a page that is worth it is shown in the dark and on a phone, too. */
const pictures: Readonly<Record<string, readonly Picture[]>> = {
  home: [picture('home'), picture('home-dark', 'dark'), picture('home-phone', 'light', phone)],
  search: light('search'),
  product: [picture('product'), picture('product-phone', 'dark', phone)],
  cart: light('cart'),
  checkout: light('checkout'),
  order: light('order'),
  'my orders': light('my-orders'),
  admin: light('admin'),
  'not found': light('not-found'),
  'payments out': [picture('payments-out'), picture('payments-out-phone', 'dark', phone)],
}

async function take(page: Page, view: string): Promise<void> {
  for (const { file, size, colorScheme } of pictures[view] ?? []) {
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme })
    await page.evaluate('window.scrollTo(0, 0)')
    // What went wrong is what the picture is of.
    for (const alert of await alerts(page).all()) await alert.scrollIntoViewIfNeeded()
    await page.screenshot({ path: `${folder}/${file}.png`, animations: 'disabled' })
    console.log(`${folder}/${file}.png`)
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(wide)
}

await using closing = new AsyncDisposableStack()
const browser = closing.adopt(await openBrowser(), one => one.close())
await mkdir(folder, { recursive: true })
for (const through of [views, troubledViews]) {
  const context = closing.adopt(await openVisitor(browser, storeUrl, { viewport: wide }), one => one.close())
  const page = await context.newPage()
  await walk(page, view => take(page, view), through)
}
