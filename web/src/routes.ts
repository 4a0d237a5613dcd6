// Which page an address names. The code of browsing is there from the start, the rest is loaded when somebody goes there.
import type { ComponentType } from 'preact'
import { Home } from './pages/home.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Search } from './pages/search.tsx'

export type Page = ComponentType

const buying = () => import('./pages/buying.ts')

const routes: readonly (readonly [RegExp, () => Page | Promise<Page>])[] = [
  [/^\/$/, () => Home],
  [/^\/search$/, () => Search],
  [/^\/products\/\d+$/, () => import('./pages/product.tsx').then(({ Product }) => Product)],
  [/^\/cart$/, () => buying().then(pages => pages.Cart)],
  [/^\/checkout$/, () => buying().then(pages => pages.Checkout)],
  [/^\/orders$/, () => buying().then(pages => pages.Orders)],
  [/^\/orders\/[\w-]+$/, () => buying().then(pages => pages.Order)],
  [/^\/admin$/, () => import('./pages/admin.tsx').then(({ Admin }) => Admin)],
]

export const isPage = (path: string): boolean => routes.some(([pattern]) => pattern.test(path))
export const findPage = async (path: string): Promise<Page> =>
  routes.find(([pattern]) => pattern.test(path))?.[1]() ?? NotFound
