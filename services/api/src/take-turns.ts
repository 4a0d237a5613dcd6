// Large bodies are taken one after another: read, parsed and cut up, one of 2.5 MB needs some 40 MB, and four at once were seen
// to outgrow a container that serves everybody else. Whoever waits has not been read yet; small bodies never wait.

import type { IncomingHttpHeaders } from 'node:http'
import type { HttpApp } from '@techmart/platform/http-app'
import { whenOver } from '@techmart/platform/http-end'
import { Refusal } from '@techmart/platform/refusals'
import { delay } from '@techmart/platform/wait'

export interface TurnsOptions {
  /** Bodies up to this size go straight on. */
  readonly smallBytes: number
  /** Who has waited for so long is asked to come again. */
  readonly waitMs: number
}

export function takeTurns(app: HttpApp, { smallBytes, waitMs }: TurnsOptions): void {
  let last: Promise<void> = Promise.resolve()

  app.addHook('onRequest', async (request, reply) => {
    if (bytesOf(request.headers) <= smallBytes) return
    const before = last
    const { promise: mine, resolve: end } = Promise.withResolvers<void>()
    // Whoever comes next waits for this one too, whether it has its turn or gives up.
    last = Promise.all([before, mine]).then(() => {})
    whenOver(reply.raw, () => end())
    const giveUp = new AbortController()
    const isMyTurn = await Promise.race([before.then(() => true), delay(waitMs, giveUp.signal).then(() => false)])
    giveUp.abort()
    if (isMyTurn) return
    reply.header('retry-after', 2)
    throw new Refusal({
      status: 429,
      error: 'rate_limited',
      message: 'Other large uploads are being taken. Ask again in 2 s, with the same Idempotency-Key.',
    })
  })
}

/** What is sent in pieces may be of any size; without either header there is no body. */
function bytesOf(headers: IncomingHttpHeaders): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY
  return Number(headers['content-length'] ?? 0)
}
