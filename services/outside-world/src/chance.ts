// Chance, handed in so that a test can decide it.
import { createHash } from 'node:crypto'

/** A number from 0 up to, not including, 1. */
export type Chance = () => number

/** The same text always gives the same number from 0 up to 1: the fate of a charge key survives a restart. */
export function fateOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32
}
