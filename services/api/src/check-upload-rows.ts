// Looks at each row of an upload by itself: a wrong one becomes an error of its own and does not sink the others. What was in
// the row stays out of the message, which ends in a job that others may read.
import { maxJobErrors, type RowError, UploadRow } from '@techmart/contracts/upload-routes'
import { Compile } from 'typebox/compile'

export interface CheckedRows {
  readonly good: readonly UploadRow[]
  readonly refused: number
  /** The first of them. */
  readonly errors: readonly RowError[]
}

const shape = Compile(UploadRow)
const fields = Object.keys(UploadRow.properties)

export function checkUploadRows(rows: readonly unknown[]): CheckedRows {
  const good: UploadRow[] = []
  const errors: RowError[] = []
  const rowOfSku = new Map<string, number>()
  let refused = 0
  for (const [row, candidate] of rows.entries()) {
    const problem = findProblem(candidate) ?? findRepeat(candidate as UploadRow, rowOfSku)
    if (problem === undefined) {
      good.push(candidate as UploadRow)
      rowOfSku.set((candidate as UploadRow).sku, row)
    } else {
      refused++
      if (errors.length < maxJobErrors) errors.push({ row, ...problem })
    }
  }
  return { good, refused, errors }
}

type Problem = Omit<RowError, 'row'>

function findProblem(row: unknown): Problem | undefined {
  if (!shape.Check(row)) return toProblem(row)
  // Half of a surrogate pair, which PostgreSQL does not keep; control characters are in the schema.
  const unkeepable = (['name', 'description'] as const).find(field => !row[field].isWellFormed())
  return unkeepable && { field: unkeepable, message: `${unkeepable} has characters that no text can have.` }
}

function findRepeat({ sku }: UploadRow, rowOfSku: ReadonlyMap<string, number>): Problem | undefined {
  const earlier = rowOfSku.get(sku)
  return earlier === undefined
    ? undefined
    : { field: 'sku', message: `This SKU stands in row ${earlier} already; each may stand in an upload once.` }
}

function toProblem(row: unknown): Problem {
  const [error] = shape.Errors(row)
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    return { message: `A row is an object with ${fields.join(', ')}.` }
  }
  const missing = fields.find(field => !Object.hasOwn(row, field))
  if (missing !== undefined) return { field: missing, message: `${missing} is missing.` }
  const field = (error?.instancePath ?? '').split('/')[1]
  if (field === undefined || !fields.includes(field)) {
    return { message: `A row has no other fields than ${fields.join(', ')}.` }
  }
  return { field, message: `${field} ${wordsFor(error)}.` }
}

function wordsFor(error: { keyword: string; message: string; params: object } | undefined): string {
  if (error?.keyword === 'enum' && 'allowedValues' in error.params) {
    return `must be one of ${(error.params.allowedValues as unknown[]).join(', ')}`
  }
  if (error?.keyword === 'pattern') return 'has a form or characters that are not allowed here'
  return error?.message ?? 'is not valid'
}
