// What api does by itself about uploads: says how long the oldest one waits, and removes what has had its time. Several replicas
// may do it side by side; each says the same.
import type { UploadEvents } from './upload-events.ts'
import type { UploadStore } from './upload-store.ts'

/** Kafka keeps a message for a day: a job that has not ended an hour later never will. */
const giveUpHours = 25
const removedARound = 5_000

/** One round; often, since the freshness of uploads is read from it every few seconds. */
export function makeWatchUploads({ uploads, events }: { uploads: UploadStore; events: UploadEvents }) {
  return async (): Promise<void> => events.uploadsWaiting(await uploads.oldestUnfinishedSeconds())
}

/** One round. */
export function makeCleanUploads(ports: {
  readonly uploads: UploadStore
  readonly events: UploadEvents
  readonly jobRetentionHours: number
  readonly productRetentionDays: number
}) {
  const { uploads, events, jobRetentionHours, productRetentionDays } = ports
  return async (): Promise<void> => {
    const failed = await uploads.failOlderThan(giveUpHours)
    if (failed > 0) events.uploadsGivenUp(failed)
    const jobs = await uploads.removeOlderThan(jobRetentionHours, removedARound)
    const products = await uploads.removeProductsOlderThan(productRetentionDays, removedARound)
    if (jobs + products > 0) events.oldUploadsRemoved({ jobs, products })
  }
}
