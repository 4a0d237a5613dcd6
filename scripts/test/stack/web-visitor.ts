// A visit to the store in a browser, and what no visit may do: ask another origin, write an error to the console, be refused
// without the test's expecting it.
import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { openBrowser, openVisitor } from '../../browser/connect.ts'
import { urls } from './lab.ts'

export interface Visit extends BrowserContextOptions {
  /** Answers that this visit may get; a declined card (402) is always among them. */
  readonly refusals?: readonly number[]
  /** The test itself cuts requests. */
  readonly cuts?: boolean
  /** Part of an error that the test itself throws in the page. */
  readonly throws?: string
}

/** A new page, not yet at the store. It closes with the test, which fails if the visit did what none may do. */
export async function visit(
  t: TestContext,
  { refusals = [], cuts = false, throws, ...options }: Visit = {},
): Promise<Page> {
  const browser = await openBrowser()
  const offences: string[] = []
  let page: Page | undefined
  t.after(async () => {
    // Not yet in Node's types.
    if (page && !(t as TestContext & { passed: boolean }).passed) await keepPicture(page, t.name)
    await browser.close()
    assert.deepEqual(offences, [], 'what a visit must not do')
  })
  const context = await openVisitor(browser, urls.store, options)
  noteOffences(context, offences, { refusals: new Set([402, ...refusals]), cuts, throws })
  page = await context.newPage()
  return page
}

interface Expected {
  readonly refusals: ReadonlySet<number>
  readonly cuts: boolean
  readonly throws: string | undefined
}

function noteOffences(context: BrowserContext, offences: string[], { refusals, cuts, throws }: Expected): void {
  // Chromium itself writes every refused or cut request to the console; which may be refused is looked at below.
  const isExpected = (text: string) =>
    /^Failed to load resource: the server responded with a status of/.test(text) ||
    (cuts && /^Failed to load resource: net::/.test(text))
  context.on('request', request => {
    const { origin, protocol } = new URL(request.url())
    if (origin !== urls.store && protocol !== 'data:' && protocol !== 'blob:') offences.push(`asked ${request.url()}`)
  })
  context.on('response', response => {
    if (response.status() < 400 || refusals.has(response.status())) return
    offences.push(`${response.status()} for ${response.request().method()} ${response.url()}`)
  })
  context.on('console', message => {
    if (message.type() !== 'error' || isExpected(message.text())) return
    offences.push(`console: ${message.text()} (${message.location().url})`)
  })
  context.on('weberror', thrown => {
    const { message, stack } = thrown.error()
    if (throws === undefined || !message.includes(throws)) offences.push(`thrown: ${stack ?? message}`)
  })
}

/** What the page looked like and said when its test failed, in .lab/browser. */
async function keepPicture(page: Page, test: string): Promise<void> {
  const name = test.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)
  await mkdir('.lab/browser', { recursive: true })
  await page.screenshot({ path: `.lab/browser/${name}.png`, timeout: 10_000 }).catch(() => undefined)
  const words = await page.ariaSnapshot().catch(String)
  await writeFile(`.lab/browser/${name}.txt`, `${page.url()}\n${words}\n`)
}
