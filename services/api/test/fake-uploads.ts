// The upload jobs in memory, by the same rules as the SQL. Keeps the messages that would have gone to the outbox.
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import type { UploadJob, UploadRow } from '@techmart/contracts/upload-routes'
import type { UploadStore } from '../src/upload-store.ts'

export interface FakeUploads extends UploadStore {
  readonly messages: ProductsUploaded[]
  readonly jobs: UploadJob[]
}

export function fakeUploads(overrides: Partial<UploadStore> = {}): FakeUploads {
  const jobs: UploadJob[] = []
  const messages: ProductsUploaded[] = []
  const keys = new Map<string, { job: UploadJob; bodyHash: string }>()
  return {
    jobs,
    messages,
    async create({ id, idempotencyKey, bodyHash, createdAt, total, refused, errors, messages: added }) {
      if (idempotencyKey !== undefined && keys.has(idempotencyKey)) return undefined
      const isEmpty = added.length === 0
      const job: UploadJob = {
        id,
        state: isEmpty ? 'failed' : 'queued',
        rows: { total, refused, written: 0, created: 0 },
        errors: [...errors],
        ...(isEmpty ? { failure: 'No row was right.' } : {}),
        createdAt: createdAt.toISOString(),
        finishedAt: isEmpty ? createdAt.toISOString() : null,
      }
      jobs.push(job)
      messages.push(...added)
      if (idempotencyKey !== undefined) keys.set(idempotencyKey, { job, bodyHash })
      return job
    },
    find: async id => jobs.find(job => job.id === id),
    findByKey: async key => keys.get(key),
    oldestUnfinishedSeconds: async () => 0,
    failOlderThan: async () => 0,
    removeOlderThan: async () => 0,
    removeProductsOlderThan: async () => 0,
    ...overrides,
  }
}

/** A row that is right, with telling numbers. */
export const lampRow = (n: number, overrides: Record<string, unknown> = {}): UploadRow => ({
  sku: `LAMP-${String(n).padStart(5, '0')}`,
  name: `Fyn Lamp ${n}`,
  description: 'Turns its head.',
  category: 'Lighting',
  priceCents: 1_30 + n,
  ...overrides,
})
