// Nothing jumps while a page fills, even when answers take their time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noBrowser } from '../../browser/connect.ts'
import { goTo, signIn } from '../../browser/steps.ts'
import { views, walk } from '../../browser/views.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 180_000 }

/** web.dev/cls: up to 0.1 is good for three of four visits; a view that we know should do better. */
const largestShift = 0.05

/** Sums up what moved by itself; what follows a click within half a second is not counted, as the standard has it. */
const watchShifts = `
  window.shifts = { score: 0, moved: [] }
  new PerformanceObserver(list => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue
      window.shifts.score += value
      for (const { node, previousRect: from, currentRect: to } of sources)
        window.shifts.moved.push((node?.outerHTML ?? 'something gone').slice(0, 60) + ' from y ' + from.y + ' to ' + to.y)
    }
  }).observe({ type: 'layout-shift', buffered: true })`

interface Shifts {
  readonly score: number
  readonly moved: readonly string[]
}

for (const [name, size] of Object.entries({
  'a wide screen': { width: 1280, height: 900 },
  'a phone': { width: 360, height: 740 },
})) {
  test(`on ${name} no view jumps while its answers come in late`, options, async t => {
    const page = await visit(t, { viewport: size, refusals: [404] })
    await page.addInitScript(watchShifts)
    await page.route('**/api/**', async route => {
      await new Promise(resolve => setTimeout(resolve, 250))
      await route.fallback()
    })
    const jumps: string[] = []

    await walk(
      page,
      async view => {
        const { score, moved } = await page.evaluate<Shifts>('window.shifts')
        await page.evaluate('window.shifts = { score: 0, moved: [] }')
        if (score > largestShift) jumps.push(`${view}: ${score.toFixed(3)}: ${moved.slice(0, 3).join('; ')}`)
      },
      without(views, 'admin'),
    )

    assert.deepEqual(jumps, [])
  })
}

test('the search stays where it is when somebody signs in', options, async t => {
  const page = await visit(t)
  await goTo(page, '/')
  const search = page.getByRole('searchbox', { name: 'Search products' })
  const before = await search.boundingBox()

  await signIn(page)

  assert.deepEqual(await search.boundingBox(), before)
})

/** What a job under way adds to its page is news, not a jump. */
const without = (all: typeof views, name: string): typeof views =>
  Object.fromEntries(Object.entries(all).filter(([one]) => one !== name))
