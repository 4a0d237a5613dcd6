// A small router: where the shopper is, and how they get elsewhere without a page load. Links are plain <a href>: what is not a
// page of the store (the API's documentation, Grafana) is left to the browser.

export interface Place {
  readonly path: string
  /** What the address names: the number of a product, the id of an order. */
  readonly id: string
  readonly query: URLSearchParams
  /** Pages of a list are counted from 1. */
  readonly page: number
  /** Grows with every step to another page; typing into the search field is none. */
  readonly step: number
}

type Open = (next: Place, isNew: boolean) => void

let step = 0
/** The address that was opened last. */
let opened: string
let place = read()
let open: Open

function read(): Place {
  const { pathname: path, search } = location
  const query = new URLSearchParams(search)
  opened = path + search
  return { path, id: path.split('/')[2] ?? '', query, page: Number(query.get('page')) || 1, step }
}

/** The place that is shown. The address may be ahead of it, while the next page is loaded. */
export const here = (): Place => place

/** From now on this place is shown. */
export function arrive(next: Place): void {
  place = next
}

/** Goes to a page of the store, which is shown from its top. */
export function go(url: string): void {
  step++
  history[url === opened ? 'replaceState' : 'pushState'](null, '', url)
  open(read(), true)
}

/** Says in the address what is shown now. The focus stays; back leads to the page before, not to each state of this one. */
export function show(url: string): void {
  const isOther = url.split('?')[0] !== location.pathname
  history[isOther ? 'pushState' : 'replaceState'](null, '', url)
  open(read(), isOther)
}

/**
 * Makes links and the browser's back button work without a page load, and opens the place where the shopper is and each that
 * follows; `isNew` says that it is to be shown from its top, and not where they left it.
 */
export function startRouter(isPage: (path: string) => boolean, how: Open): void {
  open = how
  open(place, false)
  addEventListener('popstate', () => {
    // The way to a part of the page (#reviews) is told like this, too, and is no step.
    if (location.pathname + location.search === opened) return
    step++
    open(read(), false)
  })
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest('a')
    const isPlain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !isPlain || link.origin !== location.origin || link.hash || !isPage(link.pathname)) return
    event.preventDefault()
    go(link.pathname + link.search)
  })
}
