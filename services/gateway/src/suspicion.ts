// Notices a client that is refused again and again: guessing tokens, walking through ids, trying cards. It is counted, logged
// and shown; nobody is locked out for it.
import { ClientCounts } from './client-counts.ts'
import { type Client, shareOf } from './client-key.ts'

export const suspicionKinds = ['unauthorized', 'declined', 'forbidden', 'not_found'] as const
export type SuspicionKind = (typeof suspicionKinds)[number]

const kindByStatus: Readonly<Record<number, SuspicionKind>> = {
  401: 'unauthorized',
  402: 'declined',
  403: 'forbidden',
  404: 'not_found',
}

export interface Suspicion {
  readonly kind: SuspicionKind
  readonly client: Client
}

/** Says who is suspicious, when this answer makes one of those it counts for so: once a client, kind and minute. */
export type NoticeAnswer = (clients: readonly Client[], status: number) => Suspicion | undefined

export function makeNoticeAnswer(options: { perMinute: number; now?: () => number }): NoticeAnswer {
  const { perMinute, now = Date.now } = options
  const refusals = new ClientCounts({ maxKeysPerSort: 5_000 })
  return (clients, status) => {
    const kind = kindByStatus[status]
    if (kind === undefined) return undefined
    // Each of them is counted; one request is told once.
    const [client] = clients.filter(
      client => refusals.add(client, now(), kind).count === perMinute * shareOf[client.sort],
    )
    return client && { kind, client }
  }
}
