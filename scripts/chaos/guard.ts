// Stands by while containers are broken, and undoes that when the run is gone or the time is over. Nothing but its own end stops
// it: signals make it undo at once. Started by containers.ts only.
import { appendFileSync, mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { forgetActions, readActions } from './action-record.ts'
import { isHealthy, undoContainer } from './container-commands.ts'
import type { ContainerAction } from './scenario.ts'

interface Duty {
  readonly actions: readonly ContainerAction[]
  readonly endsAtMs: number
  /** A bad deploy stays when the command that made it has ended. */
  readonly outlivesRun: boolean
}

const { actions, endsAtMs, outlivesRun } = JSON.parse(process.argv[2] ?? '') as Duty
/** A `docker compose stop` that the dead run began goes on for up to twenty seconds, and would win over an earlier start. */
const lookMs = 25_000
const giveUpMs = 300_000

function note(words: string): void {
  mkdirSync('.lab', { recursive: true })
  appendFileSync('.lab/chaos-guard.log', `${new Date().toISOString()} ${words}\n`)
}

async function undoAll(why: string): Promise<void> {
  note(`${why}: putting back ${actions.map(({ service }) => service).join(', ')}`)
  const begunMs = Date.now()
  while (Date.now() - begunMs < giveUpMs) {
    try {
      for (const action of actions) await undoContainer(action)
      const healthy = await Promise.all(actions.map(({ service }) => isHealthy(service)))
      if (healthy.every(Boolean) && Date.now() - begunMs > lookMs) {
        forgetActions()
        return note('everything runs again')
      }
    } catch (error) {
      note(`to be tried again: ${error instanceof Error ? error.message : error}`)
    }
    await sleep(2000)
  }
  note('given up: `make chaos-stop` tries again')
}

let heard = ''
const why = await new Promise<string | undefined>(resolve => {
  process.stdin.on('data', chunk => {
    heard += chunk
  })
  process.stdin.on('end', () => {
    if (heard.includes('done')) resolve(undefined)
    else if (!outlivesRun) resolve('the run is gone')
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  setTimeout(() => resolve('the time is over'), Math.max(0, endsAtMs - Date.now()))
  process.stdout.write('ready\n')
})
// Somebody may have put it right and gone, which the record tells.
if (why !== undefined && readActions().length > 0) await undoAll(why)
process.exit(0)
