// What the browser keeps for the shopper. None of it says who they are, but for Ada, whom everybody may be.
import type { Country, Segment } from '@techmart/contracts/shop'
import { readCart } from './logic/cart.ts'
import { countries } from './logic/shop-facts.ts'
import { makeStored } from './logic/stored.ts'

export type Who = 'guest' | 'ada' | 'shop'

/** The lab has no accounts: its tokens stand in its documentation, for everybody to use. */
const tokens: Readonly<Record<Who, string>> = { guest: '', ada: 'user-token-123', shop: 'admin-token-456' }
export const adaEmail = 'ada@techmart.example'

const forGood = () => localStorage

export const who = makeStored<Who>(forGood, 'who', raw => (raw === 'ada' || raw === 'shop' ? raw : 'guest'))
export const token = (): string => tokens[who.get()]

export const cart = makeStored(forGood, 'cart', readCart)

/** Where orders go, as last chosen, and what the shop said of the shopper's habits with the last one. */
export const habits = makeStored<{ country?: Country; segment?: Segment }>(forGood, 'habits', raw =>
  countries.includes(Object(raw).country) ? Object(raw) : {},
)

/** The keys of orders that were placed without signing in, by their ids: gone with the window. */
export const orderKeys = makeStored<Readonly<Record<string, string>>>(
  () => sessionStorage,
  'order-keys',
  raw => Object(raw),
)
