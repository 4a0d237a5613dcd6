// What stands on every page: who shops, what is in the cart, which aisle one is in, and the search field, which searches while
// one types. The elements are in index.html.
import { render } from 'preact'
import { piecesOf } from './logic/cart.ts'
import { toCount } from './logic/count.ts'
import { toSearch } from './paths.ts'
import { go, here, show } from './router.ts'
import { say } from './say.ts'
import { cart, who } from './shopper.ts'

/** Long enough that a word is asked for, not each of its letters. */
const typingMs = 250

const find = <E extends HTMLElement = HTMLElement>(id: string) => document.getElementById(id) as E

export function showHeader(): void {
  // The stylesheet shows what is meant for them.
  document.body.dataset.who = who.get()
  const pieces = piecesOf(cart.get())
  const link = find('cart')
  link.dataset.pieces = pieces ? `${pieces}` : ''
  ;(link.lastChild as HTMLElement).textContent = pieces ? `, ${toCount(pieces, 'item')}` : ', empty'
  const { path, query } = here()
  for (const link of document.querySelectorAll<HTMLAnchorElement>('header nav a')) {
    const category = new URLSearchParams(link.search).get('category')
    link.ariaCurrent = link.pathname === path && category === query.get('category') ? 'page' : null
  }
  const field = find<HTMLInputElement>('search')
  // Whoever types knows better.
  if (document.activeElement !== field) field.value = query.get('q') ?? ''
}

/** Call it once. */
export function startHeader(): void {
  find('sign').onclick = () => {
    who.set(who.get() === 'guest' ? 'ada' : 'guest')
    queueMicrotask(() => say(find('who').innerText))
  }
  // The lab behind the store; its addresses are the gateway's to know.
  const links = document.querySelector<HTMLMetaElement>('meta[name=lab-links]')?.content ?? '[]'
  render(
    JSON.parse(links).map(({ name, url }: { name: string; url: string }) => (
      <li>
        <a href={url}>{name}</a>
      </li>
    )),
    find('links'),
  )
  const field = find<HTMLInputElement>('search')
  const to = () => toSearch(field.value.trim())
  let timer: ReturnType<typeof setTimeout>
  field.oninput = () => {
    clearTimeout(timer)
    const from = location.href
    // Whoever has followed a link meanwhile stays there.
    timer = setTimeout(() => location.href === from && show(to()), typingMs)
  }
  ;(field.form as HTMLFormElement).onsubmit = event => {
    event.preventDefault()
    clearTimeout(timer)
    go(to())
  }
}
