// Which dead letters have been put back, as a consumer group commits it: all before the offset, and those named in its metadata.
// So the mark lives in Kafka beside the letters, and goes no earlier than they do.

export interface Marks {
  /** Every letter before this offset is done. */
  readonly next: bigint
  /** Done ones from `next` on. */
  readonly later: ReadonlySet<bigint>
}

/** Kafka takes 4,096 bytes of metadata. */
const longestMetadata = 4_000

/** `offset` is -1 where the group has committed nothing yet. */
export function readMarks(offset: string, metadata: string | null): Marks {
  const later = new Set<bigint>()
  for (const range of (metadata ?? '').split(',').filter(Boolean)) {
    const [first, last = first] = range.split('-').map(BigInt)
    for (let at = first ?? 0n; at <= (last ?? -1n); at++) later.add(at)
  }
  const next = BigInt(offset)
  return { next: next < 0n ? 0n : next, later }
}

export const isDone = ({ next, later }: Marks, offset: string): boolean =>
  BigInt(offset) < next || later.has(BigInt(offset))

/**
 * `firstOffset` is the oldest letter that is still there. Throws when the marks no longer fit: many single letters before which
 * others wait.
 */
export function addMark(marks: Marks, offset: string, firstOffset: string): Marks {
  const later = new Set([...marks.later, BigInt(offset)])
  let next = marks.next > BigInt(firstOffset) ? marks.next : BigInt(firstOffset)
  while (later.has(next)) next++
  const added = { next, later: new Set([...later].filter(at => at >= next)) }
  if (toCommit(added).metadata.length > longestMetadata) {
    throw new Error('Too many single letters have been put back before older ones: put the older ones back first.')
  }
  return added
}

export function toCommit({ next, later }: Marks): { offset: string; metadata: string } {
  const ranges: [bigint, bigint][] = []
  for (const at of [...later].sort((a, b) => (a < b ? -1 : 1))) {
    const last = ranges.at(-1)
    if (last && last[1] + 1n === at) last[1] = at
    else ranges.push([at, at])
  }
  return {
    offset: String(next),
    metadata: ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(','),
  }
}
