// Uploads as the stack tests hand them in, and what became of them.
import assert from 'node:assert/strict'
import { compose, eventually, shop } from './lab.ts'

export const uploadPath = '/api/admin/upload-products'

export interface Row {
  readonly sku: string
  readonly priceCents: number
}

/** SKUs of the test's own. */
export function makeRows(count: number): Row[] {
  const mark = crypto.randomUUID().slice(0, 8).toUpperCase()
  return Array.from({ length: count }, (_, n) => ({
    sku: `T-${mark}-${n}`,
    name: `Test part ${n}`,
    description: '',
    category: 'Garden',
    priceCents: 1_30 + n,
  }))
}

export const upload = (products: readonly unknown[], headers: Record<string, string> = {}) =>
  shop(uploadPath, { method: 'POST', json: { products }, headers })

export const readJob = async (id: string) => (await shop(`/api/admin/jobs/${id}`)).body

export const jobEnds = (id: string, withinMs = 30_000) =>
  eventually(
    async () => {
      const job = await readJob(id)
      assert.ok(['done', 'failed'].includes(job.state), `the job is ${job.state}: ${JSON.stringify(job.rows)}`)
      return job
    },
    { withinMs },
  )

export const sql = async (text: string): Promise<string> =>
  (await compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', 'api', '-tAc', text)).trim()

/** What the test's rows have become, as `count,distinct`. */
export const countProducts = (rows: readonly Row[]) =>
  sql(
    `SELECT count(*) || ',' || count(DISTINCT sku) FROM products WHERE sku LIKE '${rows[0]?.sku.replace(/-\d+$/, '')}-%'`,
  )
