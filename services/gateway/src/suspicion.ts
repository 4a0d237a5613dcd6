// Notices a client that is refused again and again: guessing tokens, walking through ids, trying cards. It is counted, logged
// and shown; nobody is locked out for it.
import { WindowCounts } from './window-counts.ts'

export const suspicionKinds = ['unauthorized', 'declined', 'forbidden', 'not_found'] as const
export type SuspicionKind = (typeof suspicionKinds)[number]

const kindByStatus: Readonly<Record<number, SuspicionKind>> = {
  401: 'unauthorized',
  402: 'declined',
  403: 'forbidden',
  404: 'not_found',
}

/** Says of which kind, when this answer makes the client suspicious: once a client, kind and minute. */
export type NoticeAnswer = (client: string, status: number) => SuspicionKind | undefined

export function makeNoticeAnswer(options: { perMinute: number; now?: () => number }): NoticeAnswer {
  const { perMinute, now = Date.now } = options
  const refusals = new WindowCounts({ windowMs: 60_000, maxKeys: 5_000 })
  return (client, status) => {
    const kind = kindByStatus[status]
    if (kind === undefined) return undefined
    const { count } = refusals.add(`${kind} ${client}`, now())
    return count === perMinute ? kind : undefined
  }
}
