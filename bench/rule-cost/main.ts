// `make bench BENCH=rule-cost`: what all rules cost with 30 days of five-second samples in store, beside plain rates over the same
// windows on the same samples. One core is a second of CPU a second.
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findComposeService, rootFolder } from '../../scripts/lib/images.ts'
import { readObjectives } from '../../scripts/slo/objectives.ts'
import { readWindows, type SpeedName, speedNames } from '../../scripts/slo/windows.ts'
import { baselineRules } from './baseline-rules.ts'
import { makeStore } from './make-store.ts'
import { feed, type RunningPrometheus, startPrometheus } from './running-prometheus.ts'
import { buildSeries, flushSeconds, paces } from './samples.ts'

const run = promisify(execFile)
const setting = (name: string, otherwise: number): number => Number(process.env[name] ?? otherwise)

const days = setting('DAYS', 30)
const quietSeconds = 60 * setting('QUIET_MINUTES', 2)
const rulesSeconds = 60 * setting('RULES_MINUTES', 10)
const plainSeconds = 60 * setting('PLAIN_MINUTES', 5)
const speedName: SpeedName = speedNames.find(name => name === process.env.SLO_SPEED) ?? 'real'

const configuration = `
global: { evaluation_interval: 5s }
otlp: { keep_identifying_resource_attributes: true, promote_resource_attributes: [service.name] }
storage: { tsdb: { out_of_order_time_window: 30m } }
rule_files: [/etc/prometheus/rules/*.yml]
`

interface Phase {
  readonly cpuShare: number
  readonly residentBytes: number
  readonly failures: number
  readonly ruleShare: number
  readonly groups: ReadonlyMap<string, { meanSeconds: number; share: number }>
}

/** Watches for some time. A group's last evaluation is looked at twice a second, so that each of them is seen. */
async function watch(prometheus: RunningPrometheus, seconds: number): Promise<Phase> {
  const before = await prometheus.figures()
  const seen = new Map<string, { iterations: number; sum: number; count: number }>()
  let now = before
  while (now.atMs < before.atMs + seconds * 1_000) {
    await sleep(500)
    now = await prometheus.figures()
    for (const [group, { lastSeconds, iterations }] of now.groups) {
      const known = seen.get(group) ?? { iterations: 0, sum: 0, count: 0 }
      if (iterations > known.iterations)
        seen.set(group, { iterations, sum: known.sum + lastSeconds, count: known.count + 1 })
    }
  }
  const elapsed = (now.atMs - before.atMs) / 1_000
  return {
    cpuShare: (now.cpuSeconds - before.cpuSeconds) / elapsed,
    residentBytes: now.residentBytes,
    failures: now.failures,
    ruleShare: (now.ruleSeconds - before.ruleSeconds) / elapsed,
    groups: new Map(
      [...seen].map(([group, { sum, count }]) => [group, { meanSeconds: sum / count, share: sum / elapsed }] as const),
    ),
  }
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

function tell(title: string, phase: Phase, quiet: Phase): void {
  console.log(`\n${title}`)
  for (const [group, { meanSeconds, share }] of [...phase.groups].sort(([, a], [, b]) => b.share - a.share))
    console.log(
      `  ${group.padEnd(18)} ${(meanSeconds * 1_000).toFixed(1).padStart(10)} ms each ${percent(share).padStart(10)}`,
    )
  console.log(`  time in rules, of one core             ${percent(phase.ruleShare)}`)
  console.log(`  CPU of the process                     ${percent(phase.cpuShare)}`)
  console.log(`  CPU more than without rules            ${percent(phase.cpuShare - quiet.cpuShare)}`)
  console.log(
    `  resident memory                        ${(phase.residentBytes / 1e6).toFixed(0)} MB, failed evaluations ${phase.failures}`,
  )
}

const read = (path: string) => readFile(join(rootFolder, path), 'utf8')
const objectives = readObjectives(await read('prometheus/slo/objectives.yml'))
const speed = readWindows(await read('prometheus/slo/windows.yml'))[speedName]
const { image } = await findComposeService('prometheus')
const folder = join(rootFolder, '.lab', 'rule-cost')
await rm(folder, { recursive: true, force: true })
for (const name of ['slices', 'store', 'heads', 'configuration/rules'])
  await mkdir(join(folder, name), { recursive: true })
const rules = join(folder, 'configuration/rules')
await writeFile(join(folder, 'configuration/prometheus.yml'), configuration)

try {
  console.log(`Making ${days} days of samples, one every ${flushSeconds} s.`)
  const store = await makeStore(
    folder,
    image,
    days * 86_400,
    (start, end) => buildSeries(objectives, speed, start, end),
    line => console.log(line),
  )
  const { stdout } = await run('du', ['-sm', join(folder, 'store')])
  console.log(`${store.samples} samples of ${store.series} series, ${stdout.split('\t')[0]} MB on disk.`)
  console.log(
    `${availableParallelism()} cores, ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB; rules at ${speedName}.`,
  )

  await using prometheus = await startPrometheus(folder, image)
  const stopped = new AbortController()
  const feeding = feed(prometheus.url, paces, flushSeconds, stopped.signal)
  // A failed push must not end the run from outside of it.
  feeding.catch(() => {})

  await sleep(20_000)
  const quiet = await watch(prometheus, quietSeconds)
  await cp(join(rootFolder, 'prometheus/rules', speedName), rules, { recursive: true })
  await prometheus.reload()
  await sleep(20_000)
  const ours = await watch(prometheus, rulesSeconds)
  tell('The committed rules', ours, quiet)
  await rm(rules, { recursive: true })
  await mkdir(rules)
  await writeFile(join(rules, 'plain.yml'), baselineRules(speed))
  await prometheus.reload()
  await sleep(20_000)
  const plain = await watch(prometheus, plainSeconds)
  tell('Plain rates over the same windows', plain, quiet)
  console.log(`\nWithout rules the process takes ${percent(quiet.cpuShare)} of one core.`)
  console.log(
    `Plain rates cost ${((plain.cpuShare - quiet.cpuShare) / (ours.cpuShare - quiet.cpuShare)).toFixed(1)} times as much.`,
  )
  stopped.abort()
  await feeding
} finally {
  await rm(folder, { recursive: true, force: true })
}
