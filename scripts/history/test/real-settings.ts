// The past as the lab's own files say, at an end of the test's choice.
import { readFileSync } from 'node:fs'
import { readObjectives } from '../../slo/objectives.ts'
import { readWindows, type SpeedName } from '../../slo/windows.ts'
import { makePast, type Past } from '../past.ts'

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')

export const windows = readWindows(read('prometheus/slo/windows.yml'))
export const objectives = readObjectives(read('prometheus/slo/objectives.yml'))

/** A Saturday, 11:00 in UTC. */
export const someSaturday = Date.UTC(2026, 10, 21, 11) / 1_000

export const makeRealPast = (speed: SpeedName, end = someSaturday): Past =>
  makePast({ objectives, speed: windows[speed], requestsPerSecond: 10, end })
