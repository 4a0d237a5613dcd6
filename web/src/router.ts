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

let step = 0
let moved: (isNew: boolean) => void

export function here(): Place {
  const { pathname: path, search } = location
  const query = new URLSearchParams(search)
  return { path, id: path.split('/')[2] ?? '', query, page: Number(query.get('page')) || 1, step }
}

/** Goes to a page of the store, which is shown from its top. */
export function go(url: string): void {
  step++
  history[url === location.pathname + location.search ? 'replaceState' : 'pushState'](null, '', url)
  moved(true)
}

/** Says in the address what is shown now. The focus stays; back leads to the page before, not to each state of this one. */
export function show(url: string): void {
  const isOther = url.split('?')[0] !== location.pathname
  history[isOther ? 'pushState' : 'replaceState'](null, '', url)
  moved(isOther)
}

/**
 * Makes links and the browser's back button work without a page load, and calls `open` for each place; `isNew` says that it is
 * to be shown from its top, and not where the shopper left it.
 */
export function startRouter(isPage: (path: string) => boolean, open: (isNew: boolean) => void): void {
  moved = open
  addEventListener('popstate', () => {
    step++
    open(false)
  })
  document.addEventListener('click', event => {
    const link = (event.target as Element).closest('a')
    const isPlain = !event.button && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
    if (!link || !isPlain || link.origin !== location.origin || link.hash || !isPage(link.pathname)) return
    event.preventDefault()
    go(link.pathname + link.search)
  })
}
