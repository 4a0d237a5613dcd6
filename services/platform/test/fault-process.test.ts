// Faults of a whole process, on this very process.
import assert from 'node:assert/strict'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { trace } from '@opentelemetry/api'
import { startProcessFault } from '@techmart/platform/fault-process'
import { collectSpans, eventually } from '@techmart/platform/testing'
import { buildFault, follow, inMs } from './fault-lab.ts'

const burning = { scenario: 'hot', point: 'process', kind: 'cpu-burn' } as const

/** How many turns the event loop makes in that time. */
async function countTurns(ms: number): Promise<number> {
  const untilMs = performance.now() + ms
  for (let turns = 0; ; turns++) {
    if (performance.now() >= untilMs) return turns
    await new Promise(resolve => setImmediate(resolve))
  }
}

function cpuSecondsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const cpuSecondsDuring = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  return cpuSecondsSince(before)
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

function liveMegabytes(): number {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

test('a burnt CPU is busy for the share that the ratio says, and stops when it is told', async () => {
  const startedMs = performance.now()
  const stop = startProcessFault(buildFault({ ...burning, ratio: 0.5 }))

  // On a machine that is busy elsewhere it gets its share more slowly.
  const before = process.cpuUsage()
  const burnt = () => cpuSecondsSince(before)
  await eventually(() => assert.ok(burnt() > 0.4, `${burnt()} s`), { withinMs: 20_000 })
  const share = burnt() / ((performance.now() - startedMs) / 1000)
  stop()
  const rest = await cpuSecondsDuring(() => pause(1_000))

  assert.ok(share < 0.8, `${share} of the time`)
  assert.ok(rest < 0.2, `${rest} s in the second after it`)
})

test('a blocked event loop stands still for as long as the fault says, costs no CPU, and goes on by itself', async () => {
  const delays = monitorEventLoopDelay({ resolution: 10 })
  delays.enable()
  const fault = buildFault({ point: 'process', kind: 'block-loop', latencyMs: 300, endsAt: inMs(1_000) })

  startProcessFault(fault)
  const blockedCpu = await cpuSecondsDuring(() =>
    // With words of its own: Node would parse this file to find some, and that costs more than what is measured.
    eventually(() => assert.ok(Date.now() >= Date.parse(fault.endsAt), 'not over yet'), { withinMs: 5_000 }),
  )
  delays.disable()

  assert.ok(delays.max / 1e6 >= 280, `${delays.max / 1e6} ms`)
  assert.ok(blockedCpu < 0.7, `${blockedCpu} s`)
  await eventually(async () => assert.ok((await countTurns(200)) > 20, 'it does not go on'), { withinMs: 5_000 })
})

test('a process that stands still nearly always still ends on time, though nobody can tell it to', async () => {
  const endsAt = inMs(700)
  const startedMs = Date.now()
  startProcessFault(buildFault({ point: 'process', kind: 'block-loop', latencyMs: 5_000, endsAt }))

  await pause(10)

  const heldMs = Date.now() - startedMs
  assert.ok(heldMs >= 600 && heldMs < 2_000, `${heldMs} ms`)
})

test('a leak grows at its pace up to its bound, and is let go at its end', { timeout: 30_000 }, async () => {
  const before = liveMegabytes()
  const leak = { maxMegabytes: 30, megabytesPerSecond: 50 }
  const stop = startProcessFault(buildFault({ point: 'process', kind: 'leak-memory', leak }))

  await eventually(() => assert.ok(liveMegabytes() - before > 28), { withinMs: 10_000 })
  await pause(600)
  const bounded = liveMegabytes() - before
  stop()

  assert.ok(bounded < 35, `${bounded} MB`)
  assert.ok(liveMegabytes() - before < 5, `${liveMegabytes() - before} MB are still held`)
})

test('the faults of a process come and go with the list, and mark every span meanwhile', async t => {
  const collected = collectSpans(t)
  const { lab, log } = await follow(t, [buildFault({ ...burning, ratio: 0.1 })])
  const spanNow = (name: string) => trace.getTracer('test').startSpan(name).end()

  spanNow('during')
  lab.faults = []
  await eventually(() => assert.match(log.lines.at(-1)?.message ?? '', /left in peace/), { withinMs: 5_000 })
  spanNow('after')

  assert.equal(collected.get('during').attributes['chaos.fault'], 'hot')
  assert.equal('chaos.fault' in collected.get('after').attributes, false)
})
