// The browser that scripts/with-browser.sh started beside this process.
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'

/** Why there is no browser, or false: a value for node:test's `skip`. */
export const noBrowser: string | false = process.env.BROWSER_URL
  ? false
  : (process.env.BROWSER_TEST_MISSING ?? 'no browser was started: run this through scripts/with-browser.sh')

/** On a machine that is busy with other things. */
const patienceMs = 30_000

/** To be closed, which ends its contexts and leaves the browser running. Throws where there is none. */
export async function openBrowser(): Promise<Browser> {
  if (noBrowser) throw new Error(noBrowser)
  return chromium.connectOverCDP(String(process.env.BROWSER_URL), { timeout: patienceMs })
}

/** Somebody who was never at this store before. To be closed. */
export async function openVisitor(
  browser: Browser,
  storeUrl: string,
  options: BrowserContextOptions = {},
): Promise<BrowserContext> {
  const context = await browser.newContext({
    baseURL: storeUrl,
    viewport: { width: 1280, height: 900 },
    locale: 'en-US',
    // A colour half way through a transition is nobody's choice.
    reducedMotion: 'reduce',
    ...options,
  })
  context.setDefaultTimeout(patienceMs)
  // The edge counts requests by session: else all visitors from this machine would share one limit.
  await context.addCookies([{ name: 'techmart_session', value: crypto.randomUUID(), url: storeUrl }])
  return context
}
