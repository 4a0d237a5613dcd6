import type { listProducts } from '@techmart/contracts/product-routes'
import { call } from '../api/client.ts'
import { Heading } from '../components/heading.tsx'
import { Pages } from '../components/pages.tsx'
import { Drawing } from '../components/picture.tsx'
import { ProductGrid } from '../components/product-grid.tsx'
import { Trouble } from '../components/trouble.tsx'
import { tellOnce } from '../funnel.ts'
import { load } from '../load.ts'
import { toHome } from '../paths.ts'
import { here } from '../router.ts'

/** All products, or those of a category. */
export function Home() {
  const { query, page } = here()
  const category = query.get('category') ?? ''
  const found = load(`products ${category} ${page}`, () =>
    call<typeof listProducts>('GET', '/api/products', { query: { page, ...(category && { category }) } }),
  )
  const { data } = found
  if (data) tellOnce('browse')

  return (
    <>
      {category || page > 1 ? <Heading text={category || 'All products'} /> : <Welcome />}
      <Trouble of={found} />
      {!found.error && <ProductGrid products={data?.products} />}
      {data?.total === 0 && <p>There is nothing here.</p>}
      {data && <Pages of={data} to={to => toHome(category, to)} />}
    </>
  )
}

const shownOff = ['lund-pendant', 'terra-plant-pot', 'perch-task-chair', 'halden-desk-lamp', 'needle-turntable']

const Welcome = () => (
  <section class="hero">
    <div>
      <Heading text="Good things, made to be used" />
      <p>Lamps, pans, bags and tools for the home, the desk and the road. Chosen slowly, kept for years.</p>
    </div>
    <div class="still">
      {shownOff.map(id => (
        <Drawing id={id} class={id} />
      ))}
    </div>
  </section>
)
