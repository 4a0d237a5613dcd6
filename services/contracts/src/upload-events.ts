import Type, { type Static } from 'typebox'
import { Timestamp, Uuid } from './shop.ts'
import { maxMessageRows, UploadRow } from './upload-routes.ts'

/**
 * Message of `products.upload.v1`: a part of one upload. Its Kafka key is the job's id; `eventId` makes a second delivery
 * recognisable. Every row has been checked, and no SKU stands in it twice.
 */
export const ProductsUploaded = Type.Object(
  {
    eventId: Uuid,
    jobId: Uuid,
    /** When the upload was handed in: what its customer waits for is counted from here. */
    acceptedAt: Timestamp,
    rows: Type.Array(UploadRow, { minItems: 1, maxItems: maxMessageRows }),
  },
  { additionalProperties: false },
)
export type ProductsUploaded = Static<typeof ProductsUploaded>
