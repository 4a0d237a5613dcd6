// What was done on purpose before an alert came: faults and marks of one scenario are one cause. The latest that had begun when
// the alert did is the one; alerts may follow a while after it is over, since they look back.
import type { FaultRecord } from '@techmart/contracts/faults'
import type { IncidentCause, Mark } from '@techmart/contracts/incident-routes'

export interface Cause {
  readonly kind: IncidentCause['kind']
  readonly name: string
  readonly startedAtMs: number
  /** When all of it was over; undefined while it is not. */
  readonly endedAtMs: number | undefined
  readonly isHidden: boolean
}

export interface Deeds {
  readonly faults: readonly FaultRecord[]
  readonly marks: readonly Mark[]
}

/** An alert that begins within this time after the end of a cause is put down to it: the long window of a page at the quick speed, twice. */
export const aftermathMs = 600_000
/** A deployment is suspected for this long. */
const suspicionMs = 600_000
/** Who marked something as broken and never as healed has died: it counts as over after an hour. */
const longestBrokenMs = 3_600_000
/** Two faults of one scenario that are further apart are two causes. */
const apartMs = 5_000

type Deed = Omit<Cause, 'name'>

/** The cause of an alert that began at `atMs`, as seen at `nowMs`. */
export function findCause(deeds: Deeds, atMs: number, nowMs: number): Cause | undefined {
  const suspects = listCauses(deeds, nowMs).filter(({ kind, startedAtMs, endedAtMs }) => {
    // The alert's time is that of Prometheus' round; a fault may be some milliseconds younger by another clock.
    if (startedAtMs > atMs + 1_000) return false
    if (kind === 'deploy' && atMs > startedAtMs + suspicionMs) return false
    return endedAtMs === undefined || atMs <= endedAtMs + aftermathMs
  })
  const certain = suspects.filter(({ kind }) => kind !== 'deploy')
  return (certain.length > 0 ? certain : suspects).sort((a, b) => b.startedAtMs - a.startedAtMs)[0]
}

/** The same cause as it is now: a later fault of its scenario may have made it longer. */
export const findSameCause = (deeds: Deeds, cause: Pick<Cause, 'name' | 'startedAtMs'>, nowMs: number) =>
  listCauses(deeds, nowMs).find(
    ({ name, startedAtMs }) => name === cause.name && Math.abs(startedAtMs - cause.startedAtMs) <= apartMs,
  )

function listCauses({ faults, marks }: Deeds, nowMs: number): Cause[] {
  const deeds: [string, Deed][] = [
    ...faults.map(fault => [fault.scenario, toDeed(fault)] as [string, Deed]),
    ...marks.flatMap((mark, at) => toDeeds(mark, marks.slice(at + 1), nowMs)),
  ]
  return [...Map.groupBy(deeds, ([name]) => name)].flatMap(([name, of]) =>
    join(of.map(([, deed]) => deed)).map(deed => ({ ...deed, name })),
  )
}

const toDeed = ({ startsAt, endedAt, hidden = false }: FaultRecord): Deed => ({
  kind: 'fault',
  startedAtMs: Date.parse(startsAt),
  endedAtMs: endedAt === null ? undefined : Date.parse(endedAt),
  isHidden: hidden,
})

const nameOf = ({ scenario, service, text }: Mark): string => scenario ?? service ?? text

function toDeeds(mark: Mark, later: readonly Mark[], nowMs: number): [string, Deed][] {
  if (mark.kind !== 'broken' && mark.kind !== 'deploy') return []
  const startedAtMs = Date.parse(mark.at)
  const ends: readonly Mark['kind'][] = mark.kind === 'broken' ? ['healed'] : ['rollback', 'deploy']
  const end = later.find(({ kind, ...rest }) => ends.includes(kind) && nameOf({ kind, ...rest }) === nameOf(mark))
  const isForgotten = mark.kind === 'broken' && nowMs > startedAtMs + longestBrokenMs
  const endedAtMs = end ? Date.parse(end.at) : isForgotten ? startedAtMs + longestBrokenMs : undefined
  return [[nameOf(mark), { kind: mark.kind, startedAtMs, endedAtMs, isHidden: mark.hidden ?? false }]]
}

/** Deeds that overlap or follow at once are one; a fault names the kind where there is one among them. */
function join(deeds: Deed[]): Deed[] {
  const joined: Deed[] = []
  for (const deed of deeds.sort((a, b) => a.startedAtMs - b.startedAtMs)) {
    const last = joined.at(-1)
    if (last === undefined || (last.endedAtMs !== undefined && deed.startedAtMs > last.endedAtMs + apartMs)) {
      joined.push(deed)
      continue
    }
    const bothEnded = last.endedAtMs !== undefined && deed.endedAtMs !== undefined
    joined[joined.length - 1] = {
      kind: rank[deed.kind] > rank[last.kind] ? deed.kind : last.kind,
      startedAtMs: last.startedAtMs,
      endedAtMs: bothEnded ? Math.max(last.endedAtMs ?? 0, deed.endedAtMs ?? 0) : undefined,
      isHidden: last.isHidden || deed.isHidden,
    }
  }
  return joined
}

const rank = { fault: 2, broken: 1, deploy: 0 } as const
