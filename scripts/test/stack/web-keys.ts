// A person without a mouse.
import assert from 'node:assert/strict'
import type { Locator, Page } from 'playwright-core'

const hasFocus = (target: Locator): Promise<boolean> =>
  target.evaluateAll(elements => elements.some(element => element === element.ownerDocument.activeElement))

/** What has the focus, in a few words, and whether somebody sees that it has: a ring or a shadow, within the window. */
const focusIsSeen = `(async () => {
  // The browser scrolls to it first.
  await new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))
  const element = document.activeElement
  if (element === null || element === document.body) return { what: 'nothing', seen: true }
  const style = getComputedStyle(element)
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1
  const { top, bottom, left, right } = element.getBoundingClientRect()
  const inside = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth
  return { what: element.outerHTML.slice(0, 160), seen: (ring || style.boxShadow !== 'none') && inside }
})()`

/** Goes there with Tab, or back with Shift+Tab, if it has not the focus already; on the way everybody sees where the focus is. */
export async function tabTo(
  page: Page,
  target: Locator,
  { key = 'Tab', atMost = 80 }: { key?: 'Tab' | 'Shift+Tab'; atMost?: number } = {},
): Promise<void> {
  const passed: string[] = []
  for (let presses = 0; presses <= atMost; presses += 1) {
    if (await hasFocus(target)) return
    await page.keyboard.press(key)
    const { what, seen } = await page.evaluate<{ what: string; seen: boolean }>(focusIsSeen)
    assert.ok(seen, `nobody sees that the focus is on ${what}`)
    passed.push(what)
  }
  assert.fail(`${target} is not reached by ${atMost} times ${key}; passed were\n${passed.join('\n')}`)
}

/** Goes there and presses. */
export async function pressOn(page: Page, target: Locator, options: Parameters<typeof tabTo>[2] = {}): Promise<void> {
  await tabTo(page, target, options)
  await page.keyboard.press('Enter')
}
