// The Prometheus that is measured: started on the store, fed every five seconds, asked what its rules and itself have cost.

import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { push, toOtlp } from '../../scripts/test/history-live-traffic.ts'

const run = promisify(execFile)

export interface Figures {
  readonly atMs: number
  readonly cpuSeconds: number
  readonly residentBytes: number
  readonly ruleSeconds: number
  /** Of the last evaluation of each group, and how many there were. */
  readonly groups: ReadonlyMap<string, { readonly lastSeconds: number; readonly iterations: number }>
  readonly failures: number
}

export interface RunningPrometheus extends AsyncDisposable {
  readonly url: string
  figures(): Promise<Figures>
  reload(): Promise<void>
}

export async function startPrometheus(folder: string, image: string): Promise<RunningPrometheus> {
  const port = await findFreePort()
  const { stdout } = await run('docker', [
    ...['run', '-d', '--network', 'host', '--user', '0', '--memory', '4g', '-v', `${folder}/store:/prometheus`],
    ...['-v', `${folder}/configuration:/etc/prometheus:ro`, image],
    ...[
      '--config.file=/etc/prometheus/prometheus.yml',
      '--storage.tsdb.path=/prometheus',
      '--storage.tsdb.retention.time=45d',
    ],
    ...['--web.enable-otlp-receiver', '--web.enable-lifecycle', `--web.listen-address=127.0.0.1:${port}`],
    '--enable-feature=exemplar-storage,created-timestamp-zero-ingestion',
  ])
  const container = stdout.trim()
  const url = `http://127.0.0.1:${port}`
  for (
    const limit = Date.now() + 300_000;
    !(await fetch(`${url}/-/ready`).catch(() => undefined))?.ok;
    await sleep(500)
  )
    if (Date.now() > limit) throw new Error('Prometheus was not ready after 300 s.')
  return {
    url,
    figures: async () => readFigures(await (await fetch(`${url}/metrics`)).text()),
    async reload() {
      const answer = await fetch(`${url}/-/reload`, { method: 'POST' })
      if (!answer.ok) throw new Error(`The rules were not taken: ${await answer.text()}`)
    },
    async [Symbol.asyncDispose]() {
      await run('docker', ['rm', '-f', container])
    },
  }
}

export function readFigures(text: string): Figures {
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN)
  const byGroup = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{rule_group="[^"]*;([^"]+)"\\} (\\S+)$`, 'gm'))].map(
      ([, group = '', figure]) => [group, Number(figure)] as const,
    )
  const iterations = new Map(byGroup('prometheus_rule_group_iterations_total'))
  return {
    atMs: Date.now(),
    cpuSeconds: value('process_cpu_seconds_total'),
    residentBytes: value('process_resident_memory_bytes'),
    ruleSeconds: value('prometheus_rule_evaluation_duration_seconds_sum'),
    groups: new Map(
      byGroup('prometheus_rule_group_last_duration_seconds').map(([group, lastSeconds]) => [
        group,
        { lastSeconds, iterations: iterations.get(group) ?? 0 },
      ]),
    ),
    failures: byGroup('prometheus_rule_evaluation_failures_total').reduce((sum, [, count]) => sum + count, 0),
  }
}

/** Sends what a collector would, until the signal. */
export async function feed(
  url: string,
  paces: ReadonlyMap<string, number>,
  everySeconds: number,
  until: AbortSignal,
): Promise<void> {
  const startedAt = Date.now() / 1_000
  for (let flush = 0; !until.aborted; flush += 1) {
    await sleep(Math.max(0, (startedAt + flush * everySeconds) * 1_000 - Date.now()))
    await push(url, toOtlp(paces, startedAt, flush * everySeconds))
  }
}
