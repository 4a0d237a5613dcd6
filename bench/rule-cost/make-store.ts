// Makes the store slice by slice: Node writes one while promtool makes a block of the one before, so that the text of 30 days never
// lies on the disk at once. The last slice ends when it is begun, so that live samples follow it closely.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { slicesOf, writeSlice } from '../../scripts/history/open-metrics.ts'
import type { HistorySeries } from '../../scripts/history/series.ts'

export interface MadeStore {
  readonly samples: number
  readonly series: number
  /** Seconds since 1970. */
  readonly end: number
}

/** Below this the machine has other things to do, and so has the lab that may run on it. */
const leastImportant = ['nice', '-n', '10']

async function makeBlock(folder: string, image: string, slice: number): Promise<void> {
  const [command = '', ...args] = [
    ...leastImportant,
    ...['docker', 'run', '--rm', '--network', 'none', '--user', '0', '--cpu-shares', '256', '-v', `${folder}:/all`],
    ...['-e', 'TMPDIR=/all/heads', '--entrypoint', '/bin/promtool', image, 'tsdb', 'create-blocks-from'],
    ...['--max-block-duration=54h', 'openmetrics', '--quiet', `/all/slices/${slice}.om`, '/all/store'],
  ]
  const [code] = await once(spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
  if (code !== 0) throw new Error(`promtool ended with ${code} at slice ${slice}.`)
  await rm(join(folder, 'slices', `${slice}.om`))
}

export async function makeStore(
  folder: string,
  image: string,
  seconds: number,
  build: (start: number, end: number) => readonly HistorySeries[],
  say: (line: string) => void,
): Promise<MadeStore> {
  const now = () => Math.floor(Date.now() / 1_000)
  const begun = now()
  const start = begun - seconds
  let [series, end, samples, block] = [build(start, begun), begun, 0, Promise.resolve()]
  const slices = slicesOf(series, begun)
  for (const [at, slice] of slices.entries()) {
    if (at === slices.length - 1) {
      end = now()
      series = build(start, end)
    }
    samples += writeSlice(join(folder, 'slices'), slice, series, end).samples
    await block
    block = makeBlock(folder, image, slice)
    say(`  slice ${at + 1} of ${slices.length}: ${(samples / 1e6).toFixed(1)} million samples, ${now() - begun} s`)
  }
  await block
  return { samples, series: series.length, end }
}
