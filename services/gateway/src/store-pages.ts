const digits = '\\d+'
const uuid = '[\\w-]+'

/** The addresses that are pages of the store, with what their id looks like; web/src/routes.ts knows the same, and a test compares the two. */
const pages: readonly (readonly [page: string, id?: string])[] = [
  ['/'],
  ['/search'],
  ['/products/:id', digits],
  ['/cart'],
  ['/checkout'],
  ['/orders'],
  ['/orders/:id', uuid],
  ['/admin'],
]

/** In the words of routes. */
export const storePages: readonly string[] = pages.map(([page]) => page)

const patterns = pages.map(([page, id = '']) => [page, new RegExp(`^${page.replace(':id', id)}$`)] as const)

/** `/products/11` is the page `/products/:id`; undefined for what is none of the store's. */
export const findStorePage = (path: string): string | undefined =>
  patterns.find(([, pattern]) => pattern.test(path))?.[0]
