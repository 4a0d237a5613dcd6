// What is put back: the letter as it was, changed by a few fields (JSON Merge Patch, RFC 7396) or replaced by what stands in an
// edited file; and only what has the shape of its topic.
import { OrderPlaced } from '@techmart/contracts/order-events'
import { ordersPlacedTopic, productsUploadedTopic, type Topic, usersCreatedTopic } from '@techmart/contracts/topics'
import { ProductsUploaded } from '@techmart/contracts/upload-events'
import { UserCreated } from '@techmart/contracts/user-events'
import type { TSchema } from 'typebox'
import Value from 'typebox/value'
import type { DeadLetter } from './dead-letters.ts'

/** Topics with dead letters, and the shape of their messages. */
export const replayable: ReadonlyMap<Topic, TSchema> = new Map<Topic, TSchema>([
  [ordersPlacedTopic, OrderPlaced],
  [productsUploadedTopic, ProductsUploaded],
  [usersCreatedTopic, UserCreated],
])

/** One entry of the file that a person edits. */
export interface Entry {
  readonly offset: string
  readonly value: unknown
}

export interface Correction {
  readonly letter: DeadLetter
  readonly value: object
}

/** The parsed message, or its text where it is no JSON. */
export function readValue(letter: DeadLetter): unknown {
  try {
    return JSON.parse(letter.raw)
  } catch {
    return letter.raw
  }
}

/** Why the value does not fit its topic; undefined where it does. */
export function findProblem(schema: TSchema, value: unknown): string | undefined {
  if (Value.Check(schema, value)) return undefined
  const [first] = Value.Errors(schema, value)
  return first ? `${first.instancePath.slice(1).replaceAll('/', '.') || 'the message'} ${first.message}` : 'wrong shape'
}

/** A patch's null takes a field away. */
export function merge(value: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(value) ? { ...value } : {}
  for (const [name, change] of Object.entries(patch)) {
    if (change === null) delete merged[name]
    else merged[name] = merge(merged[name], change)
  }
  return merged
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Throws, naming every entry that cannot be put back: none is, then. */
export function readCorrections(
  schema: TSchema,
  waiting: readonly DeadLetter[],
  entries: readonly Entry[],
): readonly Correction[] {
  const problems: string[] = []
  const corrections = entries.flatMap(({ offset, value }) => {
    const letter = waiting.find(one => one.offset === String(offset))
    const problem = letter ? findProblem(schema, value) : 'does not wait among the dead letters'
    if (problem !== undefined) problems.push(`Letter ${offset}: ${problem}.`)
    return letter && problem === undefined ? [{ letter, value: value as object }] : []
  })
  if (new Set(entries.map(entry => String(entry.offset))).size < entries.length) problems.push('A letter stands twice.')
  if (problems.length > 0) throw new Error([...problems, 'Nothing was put back.'].join('\n'))
  return corrections
}
