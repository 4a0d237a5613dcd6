import { randomUUID } from 'node:crypto'
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import type { UploadRow } from '@techmart/contracts/upload-routes'
import type { CatalogueStore } from '../src/catalogue-store.ts'
import type { ProductWorkerEvents } from '../src/events.ts'

export const lampRow = (n: number, overrides: Partial<UploadRow> = {}): UploadRow => ({
  sku: `LAMP-${String(n).padStart(5, '0')}`,
  name: `Fyn Lamp ${n}`,
  description: 'Turns its head.',
  category: 'Lighting',
  priceCents: 1_30 + n,
  ...overrides,
})

export const lampMessage = (rows: UploadRow[], overrides: Partial<ProductsUploaded> = {}): ProductsUploaded => ({
  eventId: randomUUID(),
  jobId: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0011',
  acceptedAt: '2026-11-20T10:00:00.000Z',
  rows,
  ...overrides,
})

/** The tables in memory, by the same rules as the SQL; one message makes a job. */
export function makeMemoryCatalogue(): CatalogueStore & { skus: Set<string>; failed: string[] } {
  const skus = new Set<string>()
  const seen = new Set<string>()
  const failed: string[] = []
  return {
    skus,
    failed,
    async write({ eventId, rows }) {
      if (seen.has(eventId)) return { outcome: 'written-before' }
      seen.add(eventId)
      const before = skus.size
      for (const { sku } of rows) skus.add(sku)
      return { outcome: 'written', written: rows.length, created: skus.size - before, jobIsDone: true }
    },
    async failJob(jobId) {
      if (failed.includes(jobId)) return false
      failed.push(jobId)
      return true
    },
  }
}

export function makeRecordedEvents(): ProductWorkerEvents & { happened: string[] } {
  const happened: string[] = []
  return {
    happened,
    rowsWritten: (_what, { written, created }) => void happened.push(`written ${written}, created ${created}`),
    skipped: () => void happened.push('skipped'),
    jobFailed: (_jobId, reason) => void happened.push(`failed: ${reason}`),
  }
}
