// The seconds that documents speak of, computed from the files that the rules are compiled from.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { secondsToClear, secondsToFire, toWords } from '../slo/burn-arithmetic.ts'
import { explainJourney } from '../slo/explain-journey.ts'
import { readObjectives } from '../slo/objectives.ts'
import { readWindows, type Tier } from '../slo/windows.ts'

const read = (file: string) => readFile(new URL(`../../prometheus/slo/${file}`, import.meta.url), 'utf8')
const { real, lab } = readWindows(await readFile(new URL('../../prometheus/slo/windows.yml', import.meta.url), 'utf8'))
const objectives = readObjectives(await read('objectives.yml'))

const rounded = (value: number | undefined) => (value === undefined ? undefined : Math.round(value * 100) / 100)
const firesAfter = (tiers: readonly Tier[], budget: number, badShare: number, eventsPerSecond = 5) =>
  tiers.map(tier => rounded(secondsToFire(tier, { budget, badShare, eventsPerSecond })))

test('a total outage at 99.9 % fires after 51.84 s, 129.6 s, 259.2 s and 259.2 s; twelve times sooner at lab', () => {
  assert.deepEqual(firesAfter(real.tiers, 0.001, 1), [51.84, 129.6, 259.2, 259.2])
  assert.deepEqual(firesAfter(lab.tiers, 0.001, 1), [4.32, 10.8, 21.6, 21.6])
})

test('every event slow at 99 % pages after 518.4 s, 43.2 s at lab; 14.4 % of them slow never do', () => {
  assert.equal(firesAfter(real.tiers, 0.01, 1)[0], 518.4)
  assert.equal(firesAfter(lab.tiers, 0.01, 1)[0], 43.2)
  assert.equal(firesAfter(real.tiers, 0.01, 0.144)[0], undefined)
})

test('a quiet journey waits for its tenth bad event', () => {
  assert.equal(firesAfter(real.tiers, 0.001, 1, 0.05)[0], 200)
})

test('a page clears 296 s after the healing of a total outage', () => {
  const [fast] = real.tiers

  assert.equal(fast && Math.round(secondsToClear(fast, { budget: 0.001, badShare: 1, eventsPerSecond: 5 })), 296)
})

test('seconds are said in words of two figures', () => {
  assert.deepEqual([4.32, 51.84, 259.2, 7_776, 259_200].map(toWords), ['4 s', '52 s', '4.3 min', '2.2 h', '3 d'])
})

test('the explanation of a journey names its events, times and never', () => {
  const text = explainJourney('checkout', objectives, real, 1.5)

  assert.match(text, /^checkout, declared in prometheus\/slo\/objectives\.yml, at the speed real:\n90 events a minute/)
  assert.match(text, /availability: 99\.9 % of events do not fail; 3888 may be bad in 30d\./)
  assert.match(text, /JourneyBurnsFast \(critical\): more than 1\.44 % bad over 1h and over 5m/)
  assert.match(text, /more than 78 of 5400 events in 1h, 6\.5 of 450 in 5m/)
  assert.match(text, / 1 % bad: never\n {7}5 % bad: fires after 17 min, clears 3.6 min after the healing/)
  assert.match(text, /100 % bad: fires after 52 s, clears 4\.9 min after the healing/)
  assert.match(explainJourney('brand-new', objectives, lab, 0.2), /^brand-new, by the defaults of /)
})
