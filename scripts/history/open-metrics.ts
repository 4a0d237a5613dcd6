// The history as OpenMetrics text, in slices of time. A slice becomes one block of Prometheus' store: promtool reads its input
// once for every block that it makes, so one large file would be read a dozen times over.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { HistorySeries } from './series.ts'
import { timesOf } from './time-grid.ts'

/** promtool's block ranges are 2 h × 3 ^ n; at 45 days of retention Prometheus itself merges blocks up to this one. */
export const blockSeconds = 54 * 3_600

const bufferBytes = 1 << 18
const endOfText = '# EOF\n'

export interface Written {
  readonly samples: number
  readonly bytes: number
}

/** Lines of one series in a slice, from `from` (included) to `to`: in the order of their times, as the store wants them. */
export function* linesOf(one: HistorySeries, end: number, from: number, to: number): Generator<string> {
  for (const time of timesOf(one.stretches, end, from, to)) {
    const value = one.valueAt(time)
    if (value !== undefined) yield `${one.series} ${toNumber(value)} ${time}\n`
  }
}

/** Twelve digits: rates need no more, and whole numbers keep all of theirs. */
const toNumber = (value: number): string =>
  Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(12)))

/** Numbers of the slices that the history reaches over: slice n begins at n × `blockSeconds`. */
export function slicesOf(history: readonly HistorySeries[], end: number): readonly number[] {
  const oldest = history.reduce((most, { stretches }) => Math.max(most, stretches[0]?.from ?? 0), 0)
  const [first, last] = [Math.floor((end - oldest) / blockSeconds), Math.floor(end / blockSeconds)]
  return Array.from({ length: last - first + 1 }, (_unused, at) => first + at)
}

/** One slice of it, as `<slice>.om`. One buffer for all lines: joining text would leave as much garbage as there is history. */
export function writeSlice(folder: string, slice: number, history: readonly HistorySeries[], end: number): Written {
  const buffer = Buffer.alloc(bufferBytes)
  const file = openSync(join(folder, `${slice}.om`), 'w')
  let [filled, samples, bytes] = [0, 0, 0]
  const flush = () => {
    for (let at = 0; at < filled; ) at += writeSync(file, buffer, at, filled - at)
    bytes += filled
    filled = 0
  }
  for (const one of history) {
    for (const line of linesOf(one, end, slice * blockSeconds, (slice + 1) * blockSeconds)) {
      if (filled + line.length > bufferBytes) flush()
      filled += buffer.write(line, filled, 'latin1')
      samples += 1
    }
  }
  if (filled + endOfText.length > bufferBytes) flush()
  filled += buffer.write(endOfText, filled, 'latin1')
  flush()
  closeSync(file)
  return { samples, bytes }
}

export function writeSlices(
  folder: string,
  history: readonly HistorySeries[],
  end: number,
): Written & { readonly files: number } {
  const slices = slicesOf(history, end)
  let [samples, bytes] = [0, 0]
  for (const slice of slices) {
    const written = writeSlice(folder, slice, history, end)
    samples += written.samples
    bytes += written.bytes
  }
  return { files: slices.length, samples, bytes }
}
