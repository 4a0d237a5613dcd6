// Every address of the store. Pages link with these; routes.ts knows them again. The gateway serves the same page for each.

type Query = Readonly<Record<string, string | number | undefined>>

function withQuery(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value)
  return given.length > 0 ? `${path}?${new URLSearchParams(given as [string, string][])}` : path
}

/** Pages are counted from 1; the first one is not named. */
const unlessFirst = (page: number) => (page > 1 ? page : undefined)

export const toHome = (category?: string, page = 1): string => withQuery('/', { category, page: unlessFirst(page) })
export const toSearch = (q: string, category?: string, page = 1): string =>
  withQuery('/search', { q, category, page: unlessFirst(page) })
export const toProduct = (id: number): string => `/products/${id}`
export const toCart = (): string => '/cart'
export const toCheckout = (): string => '/checkout'
export const toOrders = (page = 1): string => withQuery('/orders', { page: unlessFirst(page) })
export const toOrder = (id: string): string => `/orders/${id}`
export const toAdmin = (query: { job?: string; page?: number } = {}): string =>
  withQuery('/admin', { ...query, page: unlessFirst(query.page ?? 1) })
