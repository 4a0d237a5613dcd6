import type { UploadRow } from '@techmart/contracts/upload-routes'

/** A message may hold so many rows and, as JSON, so many bytes, whichever comes first. */
export interface MessageLimits {
  readonly rows: number
  readonly bytes: number
}

/** The rows in their order, in pieces that each fit a message. A row that is too large by itself gets a message of its own. */
export function cutUpload(rows: readonly UploadRow[], limits: MessageLimits): UploadRow[][] {
  const pieces: UploadRow[][] = []
  let bytes = Number.POSITIVE_INFINITY
  for (const row of rows) {
    const size = Buffer.byteLength(JSON.stringify(row)) + 1
    const piece = pieces.at(-1)
    if (piece === undefined || piece.length === limits.rows || bytes + size > limits.bytes) {
      pieces.push([row])
      bytes = size
    } else {
      piece.push(row)
      bytes += size
    }
  }
  return pieces
}
