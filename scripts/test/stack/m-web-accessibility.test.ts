// What axe-core finds on every page in every state, and what it cannot find.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../../browser/connect.ts'
import { goTo } from '../../browser/steps.ts'
import { troubledViews, views, walk } from '../../browser/views.ts'
import { findBarriers } from './web-axe.ts'
import { visit } from './web-visitor.ts'

const options = { skip: noBrowser, timeout: 180_000 }

/** The colours do not depend on the width, nor what is on a page on its colours: two looks see both. */
const looks = [
  { name: 'light, wide', colorScheme: 'light', width: 1280, height: 900 },
  { name: 'dark, on a phone', colorScheme: 'dark', width: 360, height: 740 },
] as const

async function findBarriersIn(page: Page, through: typeof views): Promise<readonly string[]> {
  const found: string[] = []
  await walk(
    page,
    async view => {
      for (const { name, colorScheme, ...size } of looks) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        found.push(...(await findBarriers(page)).map(barrier => `${view} (${name}): ${barrier}`))
      }
      await page.setViewportSize({ width: 1280, height: 900 })
    },
    through,
  )
  return found
}

test('axe finds nothing on any page, light and dark', options, async t => {
  const page = await visit(t, { refusals: [404] })

  assert.deepEqual(await findBarriersIn(page, views), [])
})

test('axe finds nothing where a page says that something is broken', options, async t => {
  const page = await visit(t, { refusals: [503] })

  assert.deepEqual(await findBarriersIn(page, troubledViews), [])
})

test('axe does find what is put in its way', options, async t => {
  const page = await visit(t)
  await goTo(page, '/')

  await page.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend', '<button></button>')`)

  const found = await findBarriers(page)
  assert.ok(
    found.some(barrier => barrier.startsWith('button-name: ')),
    found.join('\n'),
  )
})

test('every view has a title of its own, one first heading, and the landmarks', options, async t => {
  const page = await visit(t, { refusals: [404] })
  const offences: string[] = []
  const titles = new Map<string, string>()

  await walk(page, async view => {
    const count = (role: 'banner' | 'main' | 'contentinfo') => page.getByRole(role).count()
    const counts = [await count('banner'), await count('main'), await count('contentinfo')]
    const headings = await page.getByRole('heading', { level: 1 }).count()
    if (counts.some(one => one !== 1) || headings !== 1) offences.push(`${view}: ${counts} landmarks, ${headings} h1`)
    titles.set(new URL(page.url()).pathname.replace(/[0-9a-f-]{36}/, ':id'), await page.title())
  })

  assert.deepEqual(offences, [])
  const words = [...titles.values()]
  assert.ok(
    words.every(title => / · TechMart$/.test(title)),
    words.join(', '),
  )
  assert.ok(new Set(words).size >= titles.size - 1, words.join(', '))
})
