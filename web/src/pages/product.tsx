// As in buying.ts: main stays in one file.
import '../main.tsx'
import type { getProduct, Product as ProductOf } from '@techmart/contracts/product-routes'
import type { searchProducts } from '@techmart/contracts/search-routes'
import type { listStockLevels } from '@techmart/contracts/stock-routes'
import { call } from '../api/client.ts'
import { Heading } from '../components/heading.tsx'
import { Picture } from '../components/picture.tsx'
import { Reviews } from '../components/reviews.tsx'
import { Stars } from '../components/stars.tsx'
import { Failed } from '../components/trouble.tsx'
import { tellOnce } from '../funnel.ts'
import { load } from '../load.ts'
import { add, maxLines, maxQuantity } from '../logic/cart.ts'
import { toCount } from '../logic/count.ts'
import { toPrice } from '../logic/money.ts'
import { modelOf, variantOf } from '../logic/picture.ts'
import { toCart, toHome, toProduct } from '../paths.ts'
import { here } from '../router.ts'
import { cart } from '../shopper.ts'
import { reportStep } from '../telemetry/telemetry.ts'

export function Product() {
  const id = Number(here().id)
  const found = load(`product ${id}`, () => call<typeof getProduct>('GET', '/api/products/:id', { params: { id } }))
  const { data } = found
  if (!data) return <Failed of={found} what="product" />
  tellOnce('view', { productId: id })
  const { category, name, rating } = data
  return (
    <>
      <div class="product">
        <Picture of={data} />
        <div>
          <a class="soft" href={toHome(category)}>
            {category}
          </a>
          <Heading text={name} />
          {/* Left out while reviews cannot be read. */}
          <p class="line">
            {rating?.average && (
              <a href="#reviews">
                <Stars of={rating.average} /> {toCount(rating.count, 'review')}
              </a>
            )}
            {rating?.count === 0 && 'No reviews yet'}
          </p>
          <p class="price">{toPrice(data.priceCents)}</p>
          <p>{data.description}</p>
          <Variants of={data} />
          <Buy product={data} />
        </div>
      </div>
      <Reviews productId={id} written={found.again} />
    </>
  )
}

/** The same thing in other colours and sizes: products of their own. */
function Variants({ of: { name, category } }: { of: ProductOf }) {
  const model = modelOf(name)
  const { data } = load(`model ${model}`, async () =>
    variantOf(name)
      ? call<typeof searchProducts>('GET', '/api/products/search', { query: { q: `"${model}"`, category } })
      : undefined,
  )
  const variants = data?.products.filter(other => modelOf(other.name) === model && variantOf(other.name))
  return (
    <nav class="variants" aria-label="Variants">
      {variants?.map(other => (
        <a class="button" href={toProduct(other.id)} aria-current={other.name === name && 'page'}>
          {variantOf(other.name)}
        </a>
      ))}
    </nav>
  )
}

/** Few enough that a shopper wants to know. */
const fewPieces = 5

function Buy({ product }: { product: ProductOf }) {
  const { id } = product
  const { data } = load(`stock ${id}`, () =>
    call<typeof listStockLevels>('GET', '/api/stock-levels', { query: { productId: [id] } }),
  )
  const left = data?.levels[0]?.available ?? fewPieces + 1
  const findOwn = () => cart.get().find(line => line.id === id)
  const own = findOwn()

  function buy(event: SubmitEvent) {
    event.preventDefault()
    const quantity = new FormData(event.currentTarget as HTMLFormElement).get('quantity')
    cart.set(add(cart.get(), product, Number(quantity)))
    if (findOwn()) reportStep('cart', { productId: id })
  }

  return (
    <form class="buy" onSubmit={buy}>
      <p class={left > fewPieces ? 'good' : 'warn'}>
        {data && (left > fewPieces ? 'In stock' : left > 0 ? `Only ${left} left` : 'Sold out. More is on its way.')}
      </p>
      <label>
        Quantity
        <input type="number" name="quantity" min="1" max={maxQuantity} defaultValue="1" required />
      </label>
      <button class="main" type="submit">
        Add to cart
      </button>
      <p role="status">
        {(own || cart.get().length === maxLines) && (
          <>
            {own ? `${own.quantity} in your cart.` : 'Your cart is full.'} <a href={toCart()}>View cart</a>
          </>
        )}
      </p>
    </form>
  )
}
