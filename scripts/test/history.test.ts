// The seeded history in a real Prometheus: what it says of itself is what the rules would have said, and where real samples take
// over nothing fires, jumps or goes missing.
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'yaml'
import { buildHistory } from '../history/build-history.ts'
import { buildPaces } from '../history/past.ts'
import { makeRealPast, windows } from '../history/test/real-settings.ts'
import { rootFolder } from '../lib/images.ts'
import { flushSeconds, push, toOtlp } from './history-live-traffic.ts'
import { type RunningPrometheus, type Sample, startPrometheus, writeSeed } from './history-prometheus.ts'

const hour = 3_600
/** Real samples after the seam, long enough to fill most of a rate's window and a page's evaluation many times. */
const liveSeconds = 75

const keyOf = ({ labels }: Sample, more: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ ...labels, ...more })
    .filter(([name]) => name !== '__name__')
    .sort()
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

const now = () => Math.floor(Date.now() / 1_000)

const seed = async (t: TestContext, speedName: 'real' | 'lab') => {
  const speed = windows[speedName]
  const end = now()
  const past = makeRealPast(speedName, end)
  return { speed, past, store: await writeSeed(t, buildHistory(past, speed), end) }
}

/** Three series are enough to see what loading does. */
const seedLittle = async (t: TestContext) => {
  const past = makeRealPast('lab', now())
  return await writeSeed(t, buildHistory(past, windows.lab).slice(0, 3), past.grid.end)
}

for (const speedName of ['real', 'lab'] as const) {
  test(`${speedName}: recorded series say what the rules work out from the same raw samples, and the seam is not felt`, async t => {
    const { speed, past, store } = await seed(t, speedName)
    const { end } = past.grid
    assert.match(await store.load(), /samples of \d+ series/)
    const prometheus = await startPrometheus(t, store, speed)

    const startedAt = Date.now() / 1_000
    // A whole period of counts lies behind the end alone.
    await compareWithRules(prometheus, speedName, end - 2 * hour, record => !/30d|60h|period/.test(record))
    await compareWithRules(prometheus, speedName, end, () => true)
    const paces = buildPaces(10)
    for (let seconds = 0; seconds <= liveSeconds; seconds += flushSeconds) {
      await sleep(Math.max(0, (startedAt + seconds) * 1_000 - Date.now()))
      await push(prometheus.url, toOtlp(paces, startedAt, seconds))
    }

    await assertNothingFired(prometheus)
    await assertBudgetsGoOn(prometheus, end, past.promises.length)
    await assertEveryTierIsWarm(prometheus, speedName, past.promises.length)
    // Nobody shops while the lab starts: that gap is all that a rate may feel.
    const shortSeconds = 300
    const gap = startedAt - end + 2 * flushSeconds
    const rates = await prometheus.query(
      `sum by (cuj_name) (rate(techmart_calls_total{span_name=~"cuj.+"}[${shortSeconds}s]))`,
    )
    assert.deepEqual(rates.map(({ labels }) => labels.cuj_name).sort(), [...paces.keys()].sort())
    for (const { labels, value } of rates) {
      const share = value / (paces.get(labels.cuj_name ?? '') ?? 0)
      assert.ok(
        share > 0.93 * (1 - gap / shortSeconds) && share < 1.07,
        `${labels.cuj_name}: ${share} of its pace, ${gap} s apart`,
      )
    }
  })
}

interface RecordingRule {
  readonly record: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
}

async function readRecordingRules(speedName: string): Promise<RecordingRule[]> {
  const folder = join(rootFolder, 'prometheus/rules', speedName)
  const rules: Partial<RecordingRule>[] = []
  for (const file of await readdir(folder)) {
    if (!file.startsWith('slo-')) continue
    const { groups } = parse(await readFile(join(folder, file), 'utf8')) as { groups: { rules: RecordingRule[] }[] }
    rules.push(...groups.flatMap(group => group.rules))
  }
  return rules.filter((rule): rule is RecordingRule => rule.record !== undefined)
}

/**
 * Slow events are all of them less the quick ones. The rule takes all from what was recorded a moment before; here both must come
 * from raw samples, or what increase() stretches the one by would count as slow.
 */
function withRawTotal(expr: string, rules: readonly RecordingRule[]): string {
  const [reference, name] = /(slo:sli_total:increase\w+)\{slo="latency"\}(?=\s+- on)/.exec(expr) ?? []
  const total = rules.find(({ record, labels }) => record === name && labels?.slo === 'latency')
  return reference && total ? expr.replace(reference, total.expr) : expr
}

/** Every rule whose series is seeded, at one moment of the past. */
async function compareWithRules(
  prometheus: RunningPrometheus,
  speedName: 'real' | 'lab',
  time: number,
  isMeant: (record: string) => boolean,
): Promise<void> {
  const rules = (await readRecordingRules(speedName)).filter(({ record }) => isMeant(record))
  let compared = 0
  for (const { record, expr, labels = {} } of rules) {
    const fromRaw = /techmart_|_total|unfinished_seconds/.test(expr.replaceAll(/slo:[a-z0-9_:]+/g, ''))
    const stored = new Map((await prometheus.query(record, time)).map(one => [keyOf(one), one.value]))
    for (const one of await prometheus.query(withRawTotal(expr, rules), time)) {
      const key = keyOf(one, labels)
      const value = stored.get(key)
      // Journeys that no traffic asks for have promises, and no past.
      if (value === undefined) continue
      // increase() stretches what it saw to the edges of its window.
      const allowed = fromRaw ? 1.6 + 0.02 * Math.abs(one.value) : 1e-9 + 1e-8 * Math.abs(one.value)
      assert.ok(
        Math.abs(one.value - value) <= allowed,
        `${record} ${key}: the rule says ${one.value}, the history ${value}`,
      )
      compared += 1
    }
  }
  assert.ok(compared > 150, `${compared} samples were compared`)
}

async function assertNothingFired(prometheus: RunningPrometheus): Promise<void> {
  const fired = await prometheus.query('count_over_time(ALERTS{alertname=~"Journey.*|Latency.*|Payment.*"}[20m])')

  assert.deepEqual(
    fired.map(one => keyOf(one)),
    [],
  )
}

async function assertBudgetsGoOn(prometheus: RunningPrometheus, end: number, promises: number): Promise<void> {
  const budget = 'slo:period_error_budget_remaining:ratio'
  const [before, now] = [await prometheus.query(budget, end), await prometheus.query(budget)]
  const later = new Map(now.map(one => [keyOf(one), one.value]))

  assert.equal(before.length, promises)
  for (const one of before) {
    const value = later.get(keyOf(one)) ?? Number.NaN
    assert.ok(Math.abs(value - one.value) < 0.01, `${keyOf(one)}: ${one.value} before, ${value} now`)
  }
  // And in between: as many samples as there were minutes, and none that strays.
  const spread = await prometheus.query(`max_over_time(${budget}[10m]) - min_over_time(${budget}[10m])`)
  assert.ok(
    spread.every(({ value }) => value < 0.01),
    JSON.stringify(spread),
  )
}

async function assertEveryTierIsWarm(
  prometheus: RunningPrometheus,
  speedName: 'real' | 'lab',
  promises: number,
): Promise<void> {
  for (const { name, short, long } of windows[speedName].tiers) {
    const seen = `count_over_time(slo:sli_total:increase${short.window.text}[${long.window.text}:${short.window.seconds / 10}s]) >= 10`
    assert.equal((await prometheus.query(seen)).length, promises, name)
  }
}

test('loading that is cut off leaves no data, and the next run loads all of it', async t => {
  const store = await seedLittle(t)
  await store.run('mkdir -p /prometheus/.history/blocks/01ABC && touch /prometheus/.history/blocks/01ABC/half')

  const said = await store.load()

  const blocks = await store.list()
  assert.match(said, /Sample data: \d+ samples of \d+ series/)
  assert.ok(blocks.length > 5 && blocks.every(name => /^[0-9A-Z]{26}$/.test(name)), blocks.join(' '))
})

test('moving that is cut off is finished by the next run', async t => {
  const store = await seedLittle(t)
  await store.run('cd /prometheus && mkdir -p .history/blocks/01SECOND 01FIRST && touch .history/all-made')

  await store.load()

  assert.deepEqual(await store.list(), ['01FIRST', '01SECOND'])
})

test('a store that has data is left alone, and one stays empty with HISTORY=off', async t => {
  const [used, unwanted] = [await seedLittle(t), await seedLittle(t)]
  await used.run('mkdir /prometheus/wal')

  const said = [await used.load(), await unwanted.load({ HISTORY: 'off' })]

  assert.deepEqual(await used.list(), ['wal'])
  assert.deepEqual(await unwanted.list(), [])
  for (const words of said) assert.match(words, /Nothing to seed/)
})

test('a slice that promtool cannot read is said, and leaves an empty store', async t => {
  const store = await seedLittle(t)
  const slices = (await readdir(join(store.folder, 'slices'))).filter(name => name.endsWith('.om')).sort()
  await writeFile(join(store.folder, 'slices', slices.at(-1) ?? ''), 'this is no sample\n# EOF\n')

  const said = await store.load()

  assert.match(said, /could not be loaded; the lab starts without it/)
  assert.deepEqual(await store.list(), [])
})
