// Writes the history of a lab that starts for the first time, for promtool to make blocks of (load.sh). Where there is data
// already, or HISTORY=off, it ends at once. What load.sh takes is only a history that was written to its end.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readObjectives } from '../slo/objectives.ts'
import { readWindows, speedNames } from '../slo/windows.ts'
import { buildHistory } from './build-history.ts'
import { writeSlices } from './open-metrics.ts'
import { makePast } from './past.ts'

const root = new URL('../../', import.meta.url)

/** Prometheus' store; what load.sh has under way in it begins with a dot. */
const storeFolder = process.env.STORE_FOLDER ?? '/prometheus'
const sliceFolder = process.env.SLICE_FOLDER ?? '/history'

async function writeHistory(): Promise<string> {
  if (process.env.HISTORY === 'off') return 'HISTORY=off: the lab starts without sample data.'
  if ((await readdir(storeFolder)).some(name => !name.startsWith('.')))
    return 'Prometheus has data already: nothing to seed.'
  const startedAt = Date.now()
  for (const name of await readdir(sliceFolder)) await rm(join(sliceFolder, name))
  const speedName = speedNames.find(name => name === process.env.SLO_SPEED) ?? 'real'
  const read = (path: string) => readFile(new URL(path, root), 'utf8')
  const speed = readWindows(await read('prometheus/slo/windows.yml'))[speedName]
  const past = makePast({
    objectives: readObjectives(await read('prometheus/slo/objectives.yml')),
    speed,
    requestsPerSecond: Number(process.env.RPS ?? 10),
    end: Math.floor(startedAt / 1_000),
  })
  const history = buildHistory(past, speed)
  const { samples, bytes, files } = writeSlices(sliceFolder, history, past.grid.end)
  const summary = `${samples} samples of ${history.length} series`
  await writeFile(join(sliceFolder, 'whole'), `${summary}\n`)
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1)
  return `Wrote ${summary} in ${files} slices, ${Math.round(bytes / 1e6)} MB, in ${seconds} s.`
}

console.log(await writeHistory())
