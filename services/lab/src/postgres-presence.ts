import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import postgres from 'postgres'
import { followPresence, type Presence, presencePace } from './presence.ts'

export function openPostgresPresence(url: string): Presence {
  const open = () =>
    postgres(url, {
      max: 1,
      connect_timeout: presencePace.answerLimitMs / 1000,
      fetch_types: false,
      connection: { application_name: 'lab' },
      onnotice: () => undefined,
    })
  let sql: ReturnType<typeof open> | undefined
  // At once: whoever is frozen would not say goodbye.
  const end = async () => {
    const last = sql
    sql = undefined
    await last?.end({ timeout: 0 })
  }
  return {
    async ask() {
      sql ??= open()
      await sql`SELECT 1`
    },
    letGo: () => void end().catch(() => undefined),
    [Symbol.asyncDispose]: end,
  }
}

export function followPostgres(options: { presence: Presence; metrics: Metrics; log: Log }): AsyncDisposable {
  const { presence, metrics, log } = options
  const up = metrics.gauge('postgres_up', 'The server answers; 0 after two questions in a row without an answer.', [])
  return followPresence({ what: 'Postgres', presence, up, log })
}
