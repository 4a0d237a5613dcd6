// Rows a second of product-worker's own transaction (a message of 500 rows, its event id, the job's counts), and beside it, on
// the same server, one INSERT a row with the same ON CONFLICT, each committed by itself. Both write the same new products.
import { randomUUID } from 'node:crypto'
import type { UploadRow } from '@techmart/contracts/upload-routes'
import { buildLog } from '@techmart/platform/log'
import { openPostgres, type Postgres } from '@techmart/platform/postgres'
import { makeCatalogueStore } from '../../services/product-worker/src/catalogue-store.ts'
import { startPostgres } from '../search/start-postgres.ts'

const messageRows = 500
const batchMessages = Number(process.env.MESSAGES || 40)
const singleRows = Number(process.env.SINGLE_ROWS || 2_000)
const wantedRatio = 30

await using stack = new AsyncDisposableStack()
const url = process.env.POSTGRES_TEST_URL ?? (await startPostgres(stack))
const database = new URL(url)
database.pathname = `/bench_upload_${process.pid}`
const log = buildLog({ service: 'bench', level: 'error' })
const migrations = new URL('../../services/api/migrations/', import.meta.url)
const postgres = stack.use(await openPostgres({ url: database.href, migrations, log, statementTimeoutMs: 20_000 }))
const catalogue = makeCatalogueStore(postgres)

const makeRows = (mark: string, count: number): UploadRow[] =>
  Array.from({ length: count }, (_, n) => ({
    sku: `${mark}-${n}`,
    name: `Spare part ${n}`,
    description: "From the supplier's list.",
    category: 'Garden',
    priceCents: 300 + (n % 5_000),
  }))

/** What somebody writes who has not thought of batches. */
const insertOne = (db: Postgres, row: UploadRow) =>
  db.run(
    'write one product',
    sql => sql`
      INSERT INTO products (id, sku, name, description, category, price_cents, uploaded_at)
      VALUES (nextval('uploaded_product_ids'), ${row.sku}, ${row.name}, ${row.description}, ${row.category}, ${row.priceCents}, now())
      ON CONFLICT (sku) DO UPDATE SET name = excluded.name, description = excluded.description,
        category = excluded.category, price_cents = excluded.price_cents, uploaded_at = excluded.uploaded_at`,
  )

async function writeBatches(mark: string, messages: number): Promise<number> {
  const startedAt = performance.now()
  for (let n = 0; n < messages; n++) {
    const rows = makeRows(`${mark}-${n}`, messageRows)
    await catalogue.write({ eventId: randomUUID(), jobId: randomUUID(), acceptedAt: new Date().toISOString(), rows })
  }
  return (messages * messageRows) / ((performance.now() - startedAt) / 1_000)
}

async function writeSingles(mark: string, count: number): Promise<number> {
  const startedAt = performance.now()
  for (const row of makeRows(mark, count)) await insertOne(postgres, row)
  return count / ((performance.now() - startedAt) / 1_000)
}

// In turns, so that a busy minute of the machine is shared.
await writeBatches('WARM-BATCH', 4)
await writeSingles('WARM-SINGLE', 200)
const runs: { batch: number; single: number }[] = []
for (let run = 1; run <= 4; run++) {
  const single = await writeSingles(`SINGLE-${run}`, Math.ceil(singleRows / 4))
  const batch = await writeBatches(`BATCH-${run}`, Math.ceil(batchMessages / 4))
  runs.push({ batch, single })
  console.log(
    `run ${run}: ${single.toFixed(0)} rows a second one by one, ${batch.toFixed(0)} in messages of ${messageRows}`,
  )
}
const mean = (pick: (run: { batch: number; single: number }) => number) =>
  runs.length / runs.reduce((sum, run) => sum + 1 / pick(run), 0)
const ratio = mean(run => run.batch) / mean(run => run.single)
console.log(
  `${mean(run => run.single).toFixed(0)} rows a second one INSERT a row, ${mean(run => run.batch).toFixed(0)} by product-worker: ${ratio.toFixed(1)} times (wanted: ${wantedRatio})`,
)
process.exitCode = ratio >= wantedRatio ? 0 : 1
