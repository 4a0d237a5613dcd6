// axe-core on a page as it stands: the automatic part of the Web Content Accessibility Guidelines up to 2.2 AA, and axe's best practices.
import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** What axe finds wrong, a line for each rule; throws where axe looked at next to nothing. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  // As a string, so that it runs in the page beside the content security policy, which forbids added scripts.
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe.source)
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify({ runOnly: tags })})`)
  if (results.passes.length < 15) throw new Error(`axe judged by ${results.passes.length} rules only`)
  return results.violations.map(({ id, help, nodes: [first, ...others] }) => {
    const why = first?.any[0]?.message ?? ''
    return `${id}: ${help}: ${first?.html.slice(0, 160)} ${why} (and ${others.length} more)`
  })
}
