// What is done when a message of an upload has been given up: its rows are in the dead letters, and whoever handed them in is
// told by the job. Rows of its other messages stay.
import type { CatalogueStore } from './catalogue-store.ts'
import type { ProductWorkerEvents } from './events.ts'

const anId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The Kafka key is the job's id, which a message without a shape has too. */
export function makeFailJob(ports: { catalogue: CatalogueStore; events: ProductWorkerEvents }) {
  const { catalogue, events } = ports
  return async ({ meta: { key }, reason }: { meta: { key: string }; reason: string }): Promise<void> => {
    if (!anId.test(key)) return
    const failed = await catalogue.failJob(
      key,
      'Some rows could not be written; they are kept for whoever runs the shop.',
    )
    if (failed) events.jobFailed(key, reason)
  }
}
