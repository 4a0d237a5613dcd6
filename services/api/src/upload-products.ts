// Takes a bulk upload: checks each row, cuts the good ones into messages, and writes job and messages down in one transaction.
// The rows become products elsewhere, in product-worker; Kafka may be away meanwhile. Knows no HTTP, SQL or Kafka.
import { createHash, randomUUID } from 'node:crypto'
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import { maxMessageRows, type UploadJob } from '@techmart/contracts/upload-routes'
import { checkUploadRows } from './check-upload-rows.ts'
import { cutUpload } from './cut-upload.ts'
import type { UploadEvents } from './upload-events.ts'
import type { UploadStore } from './upload-store.ts'

export interface UploadCommand {
  readonly products: readonly unknown[]
  readonly idempotencyKey?: string | undefined
  /** Who asks, as far as it matters for "the same request". */
  readonly caller: string
}

export type UploadResult =
  | { readonly outcome: 'accepted'; readonly job: UploadJob }
  | { readonly outcome: 'key-reused' }

export type UploadProducts = (command: UploadCommand) => Promise<UploadResult>

const hashOf = (request: unknown): string => createHash('sha256').update(JSON.stringify(request)).digest('hex')

/** A quarter of what Kafka takes (1 MB): room for the headers, and a broker's and a worker's memory see small pieces. */
const messageBytes = 256_000

export function makeUploadProducts(ports: {
  readonly uploads: UploadStore
  readonly events: UploadEvents
}): UploadProducts {
  const { uploads, events } = ports

  async function answerKnownKey(key: string | undefined, bodyHash: string): Promise<UploadResult | undefined> {
    if (key === undefined) return undefined
    const known = await uploads.findByKey(key)
    if (known === undefined) return undefined
    return known.bodyHash === bodyHash ? { outcome: 'accepted', job: known.job } : { outcome: 'key-reused' }
  }

  return async ({ products, idempotencyKey, caller }) => {
    const bodyHash = idempotencyKey === undefined ? '' : hashOf([caller, products])
    const known = await answerKnownKey(idempotencyKey, bodyHash)
    if (known !== undefined) return known

    const { good, refused, errors } = checkUploadRows(products)
    const id = randomUUID()
    const createdAt = new Date()
    const messages = cutUpload(good, { rows: maxMessageRows, bytes: messageBytes }).map(
      (rows): ProductsUploaded => ({ eventId: randomUUID(), jobId: id, acceptedAt: createdAt.toISOString(), rows }),
    )
    const job = await uploads.create({
      id,
      idempotencyKey,
      bodyHash,
      createdAt,
      total: products.length,
      refused,
      errors,
      messages,
    })
    if (job === undefined) {
      // The key was taken between looking and creating, by the same request sent twice at once.
      return (await answerKnownKey(idempotencyKey, bodyHash)) ?? { outcome: 'key-reused' }
    }
    events.uploadAccepted(job, messages.length)
    return { outcome: 'accepted', job }
  }
}
