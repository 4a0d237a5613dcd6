// As in buying.ts: main stays in one file.
import '../main.tsx'
import type { uploadProducts } from '@techmart/contracts/upload-routes'
import { call } from '../api/client.ts'
import { readRows } from '../api/read-rows.ts'
import { AsyncForm } from '../components/async-form.tsx'
import { Heading } from '../components/heading.tsx'
import { Job } from '../components/job.tsx'
import { Stock } from '../components/stock.tsx'
import { generateProducts } from '../logic/generate-products.ts'
import { toAdmin } from '../paths.ts'
import { here, show } from '../router.ts'
import { who } from '../shopper.ts'

export const Admin = () => (
  <>
    <Heading text="Run the shop" />
    {who.get() === 'shop' ? <Work /> : <Door />}
  </>
)

const Door = () => (
  <>
    <p>Here products are added and stock is kept. In this demo anybody may, without a password.</p>
    <button class="main" type="button" onClick={() => who.set('shop')}>
      Work as the shop
    </button>
  </>
)

/** Names the products of one upload, and keeps its name until it has worked: trying again makes no second lot. */
const newRun = () => `GEN-${Date.now().toString(36).toUpperCase()}`
let run = newRun()

/** How many are to be made, as it was last typed: a form that has worked begins anew, with that. */
let wanted = '500'

async function upload(products: unknown[], key: string): Promise<string> {
  const job = await call<typeof uploadProducts>('POST', '/api/admin/upload-products', {
    body: { products },
    headers: { 'idempotency-key': key },
    timeoutMs: 30_000,
  })
  show(toAdmin({ job: job.id }))
  return 'Handed in.'
}

const Work = () => (
  <>
    <div class="halves">
      <section class="panel" aria-labelledby="generate">
        <h2 id="generate">Generate products</h2>
        <AsyncForm
          label="Generate"
          button="Generate and upload"
          send={async ({ count }) => {
            const words = await upload(generateProducts(Number(count), run), `${run}-${count}`)
            run = newRun()
            return words
          }}
        >
          <label>
            How many
            <input
              type="number"
              name="count"
              min="1"
              max="10000"
              required
              defaultValue={wanted}
              onInput={event => {
                wanted = event.currentTarget.value
              }}
            />
          </label>
        </AsyncForm>
      </section>
      <section class="panel" aria-labelledby="list">
        <h2 id="list">Upload a list</h2>
        <AsyncForm
          label="List"
          button="Upload"
          send={async (_, { file }) => upload(readRows(await file.files[0].text()), crypto.randomUUID())}
        >
          <label>
            File (JSON)
            <input type="file" name="file" accept=".json" required />
          </label>
        </AsyncForm>
      </section>
    </div>
    {here().query.get('job') && <Job />}
    <Stock />
  </>
)
