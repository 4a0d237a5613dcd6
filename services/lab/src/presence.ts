// Whether a server is there. It is asked by a small question of its own, on a connection of its own: the figures are read seldom,
// and may be slow while nothing is wrong. The gauge says 0 only after two questions in a row without an answer, five seconds from one
// another: the alert behind it mutes other pages for minutes, and one hiccup must not. So one scraped 0 is proof enough.
//
// From a server's death to its alert at worst: 1 s until it is asked, 5 s until it is asked again, 2 s of waiting for that answer, 5 s
// until Prometheus scrapes and 5 s until it judges: 18 s, where 20 s are promised. So long it takes with a server that is frozen, which
// takes connections and answers nothing; one that refuses them is known 2 s sooner.
import type { Log } from '@techmart/platform/log'
import { startLoop } from '@techmart/platform/loop'
import type { Metrics } from '@techmart/platform/metrics'
import { withLimit } from '@techmart/platform/wait'

/** All of them from the beginning of one question to the beginning of the next. */
export const presencePace = { askEveryMs: 1_000, askAgainAfterMs: 5_000, answerLimitMs: 2_000 } as const

export interface Presence extends AsyncDisposable {
  /** Throws, or says nothing for long, when the server does not answer. */
  ask(): Promise<void>
  /** Leaves the connection that did not answer; the next question gets another one. */
  letGo(): void
}

export interface PresenceOptions {
  /** Who is asked, for the log: 'Postgres'. */
  readonly what: string
  readonly presence: Presence
  /** Absent until something is known. */
  readonly up: ReturnType<Metrics['gauge']>
  readonly log: Log
  readonly now?: () => number
}

/** Asks until closed. */
export function followPresence(options: PresenceOptions): AsyncDisposable {
  const { what, presence, up, log, now = () => performance.now() } = options
  const { askEveryMs, askAgainAfterMs, answerLimitMs } = presencePace
  let failures = 0
  // A gauge without labels begins with a 0 that nobody has said.
  up.remove()

  const ask = async () => {
    try {
      await withLimit(presence.ask(), answerLimitMs, () => new Error(`no answer within ${answerLimitMs} ms`))
      if (failures > 1) log.info(`${what} answers again`)
      failures = 0
      up.set(1)
    } catch (error) {
      presence.letGo()
      failures++
      if (failures < 2) return
      if (failures === 2) log.warn(`${what} did not answer twice in a row; it is asked again every second`, { error })
      up.set(0)
    }
  }

  let askedAt = now()
  return startLoop({
    name: `ask ${what}`,
    log,
    everyMs: () => askedAt + (failures === 1 ? askAgainAfterMs : askEveryMs) - now(),
    work: () => {
      askedAt = now()
      return ask()
    },
  })
}
