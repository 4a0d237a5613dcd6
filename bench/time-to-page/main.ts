// How long a total checkout failure takes to the inbox, on a warm hour, and how long stock intervals take on the same samples.
// TRIALS (5), SETTLE_SECONDS (60), STOCK_RESOLVED=1, COLD=1. Exit code 0 with a table, 1 without one, 130 after Ctrl-C.
import { cpus, release, totalmem } from 'node:os'
import { runDocker } from '../../scripts/lib/images.ts'
import { runTrial, type TrialResult } from './run-trial.ts'
import { formatTable } from './table.ts'

const tell = (line: string): void => console.log(line)

function readWhole(name: string, otherwise: number, most: number): number {
  const text = process.env[name] || String(otherwise)
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > most)
    throw new Error(`${name} is '${text}'; it must be a whole number from 1 to ${most}.`)
  return Number(text)
}

async function describeMachine(): Promise<string> {
  const docker = (await runDocker(['version', '--format', '{{.Server.Version}}'])).output.trim()
  const [cpu] = cpus()
  const memory = (totalmem() / 2 ** 30).toFixed(0)
  return `Machine: ${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Linux ${release()}, Docker ${docker}; ${new Date().toISOString()}.`
}

async function main(): Promise<number> {
  const trials = readWhole('TRIALS', 5, 50)
  const settleSeconds = readWhole('SETTLE_SECONDS', 60, 3600)
  const stop = new AbortController()
  let signals = 0
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      signals += 1
      if (signals > 2) process.exit(130)
      tell(signals > 1 ? 'Removing the containers; once more to leave them behind.' : `\n${signal}: cleaning up.`)
      stop.abort()
    })
  }

  const results: TrialResult[] = []
  let failed = 0
  for (let number = 1; number <= trials && !stop.signal.aborted; number += 1) {
    tell(`Trial ${number} of ${trials}, on a fresh lab`)
    try {
      const project = `techmart-page-${process.pid}-${number}`
      const options = { waitStockResolved: Boolean(process.env.STOCK_RESOLVED), allowCold: Boolean(process.env.COLD) }
      results.push(await runTrial({ project, tell, stop: stop.signal, settleSeconds, ...options }))
    } catch (error) {
      if (stop.signal.aborted) break
      failed += 1
      tell(`  failed: ${error instanceof Error ? error.message : error}`)
    }
  }

  const floor = results[0]?.floorSeconds
  if (floor !== undefined) for (const line of ['', ...formatTable(results, floor, await describeMachine())]) tell(line)
  if (failed > 0) tell(`${failed} trials failed and are not in the table.`)
  return stop.signal.aborted ? 130 : failed > 0 || floor === undefined ? 1 : 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
