// What is done with one message of an upload. Safe to run twice: the event id is written down in the rows' own transaction.
import type { ProductsUploaded } from '@techmart/contracts/upload-events'
import { noteRepeat } from '@techmart/platform/journey'
import type { CatalogueStore } from './catalogue-store.ts'
import type { ProductWorkerEvents } from './events.ts'

export type WriteRows = (event: ProductsUploaded) => Promise<void>

export function makeWriteRows(ports: { catalogue: CatalogueStore; events: ProductWorkerEvents }): WriteRows {
  const { catalogue, events } = ports
  return async event => {
    const { eventId, jobId } = event
    const result = await catalogue.write(event)
    switch (result.outcome) {
      case 'written':
        return events.rowsWritten({ eventId, jobId }, result)
      case 'written-before':
        noteRepeat()
        return events.skipped({ eventId, jobId })
    }
  }
}
