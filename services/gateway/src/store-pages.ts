/** The addresses that are pages of the store; web/src/routes.ts knows the same, and a test compares the two. */
export const storePages = [
  '/',
  '/search',
  '/products/:id',
  '/cart',
  '/checkout',
  '/orders',
  '/orders/:id',
  '/admin',
] as const

const patterns = storePages.map(page => [page, new RegExp(`^${page.replace(/:id/, '[^/]+')}$`)] as const)

/** `/products/11` is the page `/products/:id`; undefined for what is none of the store's. */
export const findStorePage = (path: string): string | undefined =>
  patterns.find(([, pattern]) => pattern.test(path))?.[0]
