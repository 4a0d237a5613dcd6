import { ApiError } from './api-error.ts'

/** The rows of a file; what is wrong with one of them, the shop says. */
export function readRows(text: string): unknown[] {
  try {
    const rows = JSON.parse(text)
    if (Array.isArray(rows)) return rows
  } catch {
    // It is said below.
  }
  throw new ApiError('invalid', { message: 'This file is no list of products: it has to be JSON, [{"sku": …}, …].' })
}
