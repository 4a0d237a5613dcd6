// Stands by while containers are broken, and undoes that when the run is gone or the time is over. Nothing but its own end stops
// it: signals make it undo at once. Started by start-guard.ts only.
import { appendFileSync, mkdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeLabApi } from '../lib/lab-api.ts'
import { findRecord, forgetActions } from './action-record.ts'
import { isHealthy, undoContainer } from './container-commands.ts'
import { makeMarks, toHealedMark } from './marks.ts'
import { lookMs } from './put-back.ts'
import type { Duty } from './start-guard.ts'

const { id, scenario, actions, endsAtMs, outlivesRun, storeUrl } = JSON.parse(process.argv[2] ?? '') as Duty
const giveUpMs = 300_000
const everyMs = 2_000

/** Somebody may have put it right and gone; what is broken since then has a guard of its own. */
const isOurs = (): boolean => findRecord()?.id === id

const leftAlone = 'not broken by this run any more: left alone'

function note(words: string): void {
  mkdirSync('.lab', { recursive: true })
  appendFileSync('.lab/chaos-guard.log', `${new Date().toISOString()} ${words}\n`)
}

async function markHealed(atMs: number): Promise<void> {
  const marks = makeMarks(makeLabApi(storeUrl), () => atMs)
  for (const action of actions) await marks.add(toHealedMark(action, scenario))
}

async function undoAll(why: string): Promise<void> {
  note(`${why}: putting back ${actions.map(({ service }) => service).join(', ')}`)
  const begunMs = Date.now()
  let healthySinceMs: number | undefined
  while (Date.now() - begunMs < giveUpMs) {
    if (!isOurs()) return note(leftAlone)
    try {
      for (const action of actions) await undoContainer(action)
      const healthy = await Promise.all(actions.map(({ service }) => isHealthy(service)))
      healthySinceMs = healthy.every(Boolean) ? (healthySinceMs ?? Date.now()) : undefined
      if (healthySinceMs !== undefined && Date.now() - begunMs > lookMs) {
        if (forgetActions(id)) await markHealed(healthySinceMs)
        return note('everything runs again')
      }
    } catch (error) {
      healthySinceMs = undefined
      note(`to be tried again: ${error instanceof Error ? error.message : error}`)
    }
    await sleep(everyMs)
  }
  note('given up: `make chaos-stop` tries again')
}

let heard = ''
let look: NodeJS.Timeout | undefined
const why = await new Promise<string | undefined>(resolve => {
  process.stdin.on('data', chunk => {
    heard += chunk
  })
  process.stdin.on('end', () => {
    if (heard.includes('done')) resolve(undefined)
    else if (!outlivesRun) resolve('the run is gone')
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(signal))
  look = setInterval(() => {
    if (isOurs()) return
    note(leftAlone)
    resolve(undefined)
  }, everyMs)
  setTimeout(() => resolve('the time is over'), Math.max(0, endsAtMs - Date.now()))
  process.stdout.write('ready\n')
})
clearInterval(look)
if (why !== undefined) await undoAll(why)
process.exit(0)
