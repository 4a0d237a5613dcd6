// Kills services of the running lab with SIGKILL, in random order and at random moments, and lets each come back.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { compose, eventually } from './lab.ts'

export interface Killer {
  /** Kills these all at once. */
  killTogether(services: readonly string[]): Promise<void>
  /** Ends the killing and waits until all are healthy again. */
  stop(): Promise<{ readonly kills: Readonly<Record<string, number>>; readonly lastStartMs: number }>
}

const between = (fromMs: number, toMs: number) => fromMs + Math.random() * (toMs - fromMs)

const shuffled = <T>(list: readonly T[]): T[] =>
  list
    .map(value => ({ value, at: Math.random() }))
    .sort((one, other) => one.at - other.at)
    .map(({ value }) => value)

export function startKilling(t: TestContext, services: readonly string[], everyMs: readonly [number, number]): Killer {
  const kills = Object.fromEntries(services.map(service => [service, 0]))
  const stopping = new AbortController()
  let lastStartMs = Date.now()

  /** Shorter once the killing ends. */
  const pause = (ms: number) => delay(ms, undefined, { signal: stopping.signal }).catch(() => {})

  async function kill(chosen: readonly string[]): Promise<void> {
    await compose('kill', '--signal', 'SIGKILL', ...chosen)
    for (const service of chosen) kills[service] = (kills[service] ?? 0) + 1
    await pause(between(0, 2_000))
    await compose('start', ...chosen)
    lastStartMs = Date.now()
  }

  // One at a time, so that nothing is started while it is being killed.
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (chosen: readonly string[]) => {
    turn = turn.then(() => kill(chosen))
    return turn
  }
  const run = async () => {
    while (!stopping.signal.aborted) {
      for (const service of shuffled(services)) {
        await pause(between(...everyMs))
        if (stopping.signal.aborted) return
        await inTurn([service])
      }
    }
  }
  const running = run()
  t.after(async () => {
    stopping.abort()
    await running
    await compose('start', ...services)
  })

  return {
    killTogether: inTurn,
    async stop() {
      stopping.abort()
      await running
      await turn
      await eventually(
        async () => {
          const states = await compose('ps', '--all', '--format', '{{.Service}} {{.State}} {{.Health}}', ...services)
          const waiting = states.split('\n').filter(line => line !== '' && !line.endsWith(' running healthy'))
          assert.deepEqual(waiting, [])
        },
        { withinMs: 90_000, everyMs: 500 },
      )
      return { kills, lastStartMs }
    },
  }
}
