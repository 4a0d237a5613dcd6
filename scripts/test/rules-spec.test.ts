// What the compiler says to a person who wrote something wrong: file, line, field, what was given, what is allowed; all of it
// at once.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { readObjectives } from '../slo/objectives.ts'
import { readExpectedJobs } from '../slo/services.ts'
import { SpecError } from '../slo/spec-reader.ts'
import { readWindows } from '../slo/windows.ts'

const windowsText = await readFile(new URL('../../prometheus/slo/windows.yml', import.meta.url), 'utf8')

function problemsOf(read: () => unknown): readonly string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof SpecError) return error.problems
    throw error
  }
  return []
}

test('every mistake in the objectives is named at once, each with its line and what is allowed', () => {
  const text = `defaults:
  availability: 99.9
  latency: { objective: 0.99, within: 1s }
journeys:
  Check Out:
    availability: 0.999
  checkout:
    availability: 0.9990
    latency: { objective: 0.99, within: 1500ms, slo: 1 }
    freshness: { objective: 0.99, gauge: Oldest, limit: 30, every: 15s }
`

  const problems = problemsOf(() => readObjectives(text, 'objectives.yml'))

  assert.deepEqual(problems, [
    "objectives.yml:2: defaults.availability: '99.9' is not understood. Allowed: a share between 0 and 1, written as a decimal such as 0.999.",
    'objectives.yml:5: journeys.Check Out: is not a field of this file. Allowed: journey names matching ^[a-z][a-z0-9-]{1,40}$.',
    'objectives.yml:9: journeys.checkout.latency.slo: is not a field of this file. Allowed: objective, within.',
    "objectives.yml:9: journeys.checkout.latency.within: 1500 ms is no bucket of the collector's span metrics. Allowed: 10, 25, 50, 100, 250, 500, 1000, 2000, 5000, 10000 ms.",
    "objectives.yml:10: journeys.checkout.freshness.gauge: 'Oldest' is not understood. Allowed: the name of a gauge in seconds, such as job_oldest_seconds.",
    "objectives.yml:10: journeys.checkout.freshness.limit: '30' is not understood. Allowed: a whole number and a unit, one of ms, s, m, h, d, such as 5m.",
  ])
})

test('a missing part is named where it should be', () => {
  const problems = problemsOf(() => readObjectives('defaults:\n  availability: 0.999\n', 'objectives.yml'))

  assert.deepEqual(problems, [
    'objectives.yml:1: defaults.latency: is missing. Allowed: objective, within.',
    'objectives.yml:1: journeys: is missing. Allowed: journey names matching ^[a-z][a-z0-9-]{1,40}$.',
  ])
})

test('broken YAML is named with its line', () => {
  const [problem] = problemsOf(() => readObjectives('defaults: {\n  availability: ]\n', 'objectives.yml'))

  assert.match(problem ?? '', /^objectives\.yml:2: /)
})

test('an objective stays the text that its author wrote', () => {
  const { journeys } = readObjectives(`defaults: { availability: 0.990, latency: { objective: 0.95, within: 250ms } }
journeys: { checkout: { availability: 0.9990 }, search: {} }`)

  assert.deepEqual(
    journeys.map(({ availability, latency }) => [availability, latency]),
    [
      ['0.9990', { objective: '0.95', thresholdMs: 250 }],
      ['0.990', { objective: '0.95', thresholdMs: 250 }],
    ],
  )
})

test('factors come from share, period and long window, without float noise', () => {
  const { real, lab } = readWindows(windowsText)

  for (const speed of [real, lab])
    assert.deepEqual(
      speed.tiers.map(tier => tier.factor),
      [14.4, 6, 3, 1],
    )
})

test('a mistaken window, severity or share is named', () => {
  const text = windowsText
    .replace('severity: critical', 'severity: urgent')
    .replace('budgetShare: 5%', 'budgetShare: 0.05')
    .replace('fast: { short: 5m, long: 1h, evaluate: 5s }', 'fast: { short: 5m, long: 5m, evaluate: often }')

  const problems = problemsOf(() => readWindows(text, 'windows.yml')).map(problem => problem.replace(/:\d+:/, ':'))

  assert.deepEqual(problems, [
    "windows.yml: tiers.fast.severity: 'urgent' is not known. Allowed: critical, warning, ticket.",
    "windows.yml: tiers.slow.budgetShare: '0.05' is not understood. Allowed: a whole percentage from 1% to 99%.",
    'windows.yml: speeds.real.windows.fast.long: 5m is not longer than 5m. Allowed: a longer one.',
    "windows.yml: speeds.real.windows.fast.evaluate: 'often' is not understood. Allowed: a whole number and a unit, one of ms, s, m, h, d, such as 5m.",
  ])
})

test('expected jobs are lists of names', () => {
  const problems = problemsOf(() => readExpectedJobs('services: api\nmachinery: [loki]\nothers: []\n', 'services.yml'))

  assert.deepEqual(problems, [
    'services.yml: others: is not a field of this file. Allowed: services, machinery.',
    'services.yml: services: is not understood. Allowed: a list of job names in small letters, such as [api, payments].',
  ])
})
