import type { Product } from '@techmart/contracts/product-routes'
import type { SearchPage, searchProducts } from '@techmart/contracts/search-routes'
import { call } from '../api/client.ts'
import { Heading } from '../components/heading.tsx'
import { Pages } from '../components/pages.tsx'
import { ProductGrid } from '../components/product-grid.tsx'
import { Trouble } from '../components/trouble.tsx'
import { tellOnce } from '../funnel.ts'
import { load } from '../load.ts'
import { toCount } from '../logic/count.ts'
import { categories } from '../logic/shop-facts.ts'
import { toSearch } from '../paths.ts'
import { here, show } from '../router.ts'

/** What was found last: shown until what is found now is there. */
let last: Product[] | undefined

export function Search() {
  const { query, page } = here()
  const q = query.get('q') ?? ''
  const category = query.get('category') ?? ''
  const found = load(`search ${q} ${category} ${page}`, async () => {
    if (!q) return
    return call<typeof searchProducts>('GET', '/api/products/search', {
      query: { q, page, ...(category && { category }) },
    })
  })
  const { data, error } = found
  if (data) {
    last = data.products
    tellOnce('browse')
  }

  return (
    <>
      <Heading text={q ? `Results for “${q}”` : 'Search'} />
      <div class="filter">
        <p role="status">{data ? toSentence(q, data) : !q && 'Type what you are looking for.'}</p>
        <label>
          In{' '}
          <select value={category} onChange={event => show(toSearch(q, event.currentTarget.value))}>
            <option value="">all categories</option>
            {categories.map(name => (
              <option>{name}</option>
            ))}
          </select>
        </label>
      </div>
      <Trouble of={found} />
      {q && !error && <ProductGrid products={last} isOld={!data} />}
      {data && <Pages of={data} to={to => toSearch(q, category, to)} />}
    </>
  )
}

function toSentence(q: string, { total, correctedTo }: SearchPage): string {
  if (!total) return 'Nothing found. Try another word, or fewer of them.'
  const count = toCount(total, 'product')
  return correctedTo ? `${count} for “${correctedTo}”; nothing matches “${q}”.` : count
}
