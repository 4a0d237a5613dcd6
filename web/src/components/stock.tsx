import type { listProducts } from '@techmart/contracts/product-routes'
import type { changeStock, listInventory, StockChange } from '@techmart/contracts/stock-routes'
import { call } from '../api/client.ts'
import { load } from '../load.ts'
import { toAdmin, toProduct } from '../paths.ts'
import { here } from '../router.ts'
import { AsyncForm } from './async-form.tsx'
import { Pages } from './pages.tsx'
import { Trouble } from './trouble.tsx'

/** Names one change until it has worked: pressed again after a failure it is made once. */
let run = crypto.randomUUID()

/** What is on the shelves, and the way to change it. */
export function Stock() {
  const { page } = here()
  const found = load(`inventory ${page}`, async () => {
    // Both go by number.
    const [levels, { products }] = await Promise.all([
      call<typeof listInventory>('GET', '/api/inventory', { query: { page } }),
      call<typeof listProducts>('GET', '/api/products', { query: { page } }),
    ])
    return { ...levels, products }
  })
  const { data } = found

  return (
    <section class="panel" aria-labelledby="stock" aria-busy={!data && !found.error}>
      <h2 id="stock">Stock</h2>
      <AsyncForm
        label="Change stock"
        button="Change stock"
        send={async ({ id, change, pieces }) => {
          const { available } = await call<typeof changeStock>('POST', '/api/inventory', {
            body: { productId: Number(id), change: change as StockChange['change'], quantity: Number(pieces) },
            headers: { 'idempotency-key': `${run}-${id}-${change}-${pieces}` },
          })
          run = crypto.randomUUID()
          found.again()
          return `Product ${id}: ${available} can be bought now.`
        }}
      >
        <label>
          Product number
          <input type="number" name="id" min="1" required />
        </label>
        <label>
          Change
          <select name="change">
            <option>receive</option>
            <option>set</option>
          </select>
        </label>
        <label>
          Pieces
          <input type="number" name="pieces" min="0" max="1000000" required />
        </label>
      </AsyncForm>
      <Trouble of={found} />
      <table>
        <thead>
          <tr>
            {['Product', 'Available', 'Promised', 'Restocked below'].map(words => (
              <th scope="col">{words}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data?.items.map(({ productId, available, held, threshold }) => (
            <tr>
              <td>
                <a href={toProduct(productId)}>
                  {productId} {data.products.find(({ id }) => id === productId)?.name}
                </a>
              </td>
              <td class={available < threshold ? 'warn' : ''}>{available}</td>
              <td>{held}</td>
              <td>{threshold}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {data && <Pages of={data} to={page => toAdmin({ page })} />}
    </section>
  )
}
