// A Prometheus that starts on seeded blocks, with the committed rules: the history is written and loaded by the very programs
// that a first start runs. It scrapes nothing and tells nobody.

import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { writeSlices } from '../history/open-metrics.ts'
import type { HistorySeries } from '../history/series.ts'
import { findFreePort } from '../lib/free-port.ts'
import { findComposeService, rootFolder, runDocker } from '../lib/images.ts'
import type { Speed } from '../slo/windows.ts'

export interface Sample {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface RunningPrometheus {
  readonly url: string
  /** An instant query, at a time in seconds since 1970. */
  query(promql: string, time?: number): Promise<readonly Sample[]>
}

const configuration = `
global: { scrape_interval: 5s, evaluation_interval: 5s }
otlp: { keep_identifying_resource_attributes: true, promote_resource_attributes: [service.name] }
storage: { tsdb: { out_of_order_time_window: 30m } }
rule_files: [/etc/prometheus/rules/*.yml]
`

/** Below the repository, since tests may run in a container that shares nothing else with Docker's host. */
async function makeOpenFolder(t: TestContext): Promise<string> {
  await mkdir(join(rootFolder, '.lab'), { recursive: true })
  const folder = await mkdtemp(join(rootFolder, '.lab', 'history-'))
  // What the image's user wrote, only that user or root may remove.
  const { image } = await findComposeService('prometheus')
  t.after(async () => {
    await runDocker([
      'run',
      '--rm',
      '--user',
      '0',
      '-v',
      `${folder}:/all`,
      '--entrypoint',
      'sh',
      image,
      '-c',
      'rm -rf /all/*',
    ])
    await rm(folder, { recursive: true, force: true })
  })
  for (const name of ['slices', 'store']) {
    await mkdir(join(folder, name))
    await chmod(join(folder, name), 0o777)
  }
  await chmod(folder, 0o755)
  return folder
}

export interface SeededStore {
  readonly folder: string
  /** Runs load.sh as Compose does; gives what it printed. */
  load(env?: Readonly<Record<string, string>>): Promise<string>
  /** Runs a line of shell in the image, as its user, with the store mounted. */
  run(script: string): Promise<string>
  /** Names in Prometheus' folder, hidden ones too. */
  list(): Promise<readonly string[]>
}

export async function writeSeed(t: TestContext, history: readonly HistorySeries[], end: number): Promise<SeededStore> {
  const folder = await makeOpenFolder(t)
  const { image } = await findComposeService('history-loader')
  const slices = join(folder, 'slices')
  const written = writeSlices(slices, history, end)
  await writeFile(join(slices, 'whole'), `${written.samples} samples of ${history.length} series\n`)
  const mounts = ['-v', `${slices}:/history`, '-v', `${folder}/store:/prometheus`]
  const run = async (env: Readonly<Record<string, string>>, script: readonly string[]) => {
    const { code, output } = await runDocker(
      ['run', '--rm', '--network', 'none', '--read-only', '-v', `${rootFolder}/scripts/history/load.sh:/load.sh:ro`]
        .concat(
          mounts,
          ['-e', 'SLICE_FOLDER=/history'],
          ...Object.entries(env).map(([name, value]) => ['-e', `${name}=${value}`]),
        )
        .concat(['--entrypoint', 'sh', image, ...script]),
      240_000,
    )
    assert.equal(code, 0, output)
    return output
  }
  return {
    folder,
    run: script => run({}, ['-c', script]),
    load: (env = {}) => run(env, ['/load.sh']),
    list: async () => (await run({}, ['-c', 'ls -A /prometheus'])).split('\n').filter(Boolean),
  }
}

export async function startPrometheus(t: TestContext, seed: SeededStore, speed: Speed): Promise<RunningPrometheus> {
  const { image } = await findComposeService('prometheus')
  await writeFile(join(seed.folder, 'prometheus.yml'), configuration)
  const port = await findFreePort()
  const started = await runDocker([
    ...['run', '-d', '--network', 'host', '--read-only', '-v', `${seed.folder}/store:/prometheus`],
    ...['-v', `${seed.folder}/prometheus.yml:/etc/prometheus/prometheus.yml:ro`],
    ...['-v', `${rootFolder}/prometheus/rules/${speed.name}:/etc/prometheus/rules:ro`],
    ...[image, '--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/prometheus'],
    ...['--storage.tsdb.retention.time=45d', '--web.enable-otlp-receiver', `--web.listen-address=127.0.0.1:${port}`],
    '--enable-feature=exemplar-storage,created-timestamp-zero-ingestion',
  ])
  assert.equal(started.code, 0, started.output)
  const container = started.output.trim()
  t.after(() => runDocker(['rm', '-f', container]))
  const url = `http://127.0.0.1:${port}`
  for (const limit = Date.now() + 60_000; ; await sleep(200)) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) break
    if (Date.now() > limit)
      throw new Error(`Prometheus did not start:\n${(await runDocker(['logs', container])).output}`)
  }
  return {
    url,
    async query(promql, time) {
      const at = time === undefined ? '' : `&time=${time}`
      const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}${at}`)
      const body = (await answer.json()) as {
        error?: string
        data: { result: { metric: Record<string, string>; value: [number, string] }[] }
      }
      if (!answer.ok) throw new Error(`${promql}: ${body.error}`)
      return body.data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) }))
    },
  }
}
