import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type MuteDeps, mute, unmute } from '../mute.ts'
import { readDuration, readSettings, SettingsError } from '../settings.ts'
import { FakeSilences } from './fake-silences.ts'

const page = { alertname: 'JourneyBurnsFast', cuj_name: 'checkout', slo: 'availability', severity: 'critical' }
const otherPage = { ...page, cuj_name: 'order-lookup' }
const postgresDown = { alertname: 'PostgresDown', severity: 'critical' }
const watchdog = { alertname: 'Watchdog', severity: 'none' }

function prepare() {
  const silences = new FakeSilences()
  silences.alerts = [page, otherPage, postgresDown, watchdog]
  const lines: string[] = []
  const deps: MuteDeps = {
    silences,
    listJourneys: async () => ['order-lookup', 'checkout'],
    tell: line => lines.push(line),
    now: () => Date.UTC(2026, 10, 20, 14, 2, 10),
  }
  const settings = (env: Record<string, string> = {}) => readSettings(['mute'], env)
  const mutedNames = async () =>
    (await silences.listAlerts()).filter(({ silencedBy }) => silencedBy.length > 0).map(({ labels }) => labels)
  return { silences, lines, deps, settings, mutedNames }
}

test('muting a journey mutes its alerts alone, for as long as was asked, with the reason', async () => {
  const { silences, lines, deps, settings, mutedNames } = prepare()

  await mute(deps, settings({ JOURNEY: 'checkout', FOR: '1h30m', REASON: 'new card provider' }))

  assert.deepEqual(await mutedNames(), [page])
  assert.equal(silences.silences[0]?.comment, 'new card provider')
  assert.deepEqual(lines, [
    'Muted until 2026-11-20 15:32:10 UTC: every alert of checkout (new card provider).',
    '  fires now, and is muted: JourneyBurnsFast of checkout (availability)',
    'They are still counted, drawn and listed. To hear of them again: make unmute JOURNEY=checkout',
  ])
})

test("muting without a journey mutes everything but the dead man's switch, for half an hour", async () => {
  const { silences, lines, deps, settings, mutedNames } = prepare()

  await mute(deps, settings())

  assert.deepEqual(await mutedNames(), [page, otherPage, postgresDown])
  assert.equal(silences.silences[0]?.endsAt, '2026-11-20T14:32:10.000Z')
  assert.match(lines[0] ?? '', /^Muted until 2026-11-20 14:32:10 UTC: every alert but the dead man's switch/)
})

test('muting again moves the end instead of piling up silences', async () => {
  const { silences, lines, deps, settings } = prepare()
  await mute(deps, settings({ JOURNEY: 'checkout', FOR: '2h' }))

  await mute(deps, settings({ JOURNEY: 'checkout', FOR: '10m' }))

  assert.deepEqual(
    silences.silences.map(({ endsAt }) => endsAt),
    ['2026-11-20T14:12:10.000Z'],
  )
  assert.ok(lines.includes('It was muted already, until 2026-11-20 16:02:10 UTC; the new end counts.'))
})

test('a journey that nobody knows is refused with those there are, and nothing is muted', async () => {
  const { silences, deps, settings } = prepare()

  await assert.rejects(mute(deps, settings({ JOURNEY: 'chekout' })), {
    name: 'SettingsError',
    message: "JOURNEY is 'chekout'; there are: checkout, order-lookup.",
  })
  await assert.rejects(unmute(deps, settings({ JOURNEY: 'chekout' })), SettingsError)
  assert.deepEqual(silences.silences, [])
})

test('unmuting ends what make mute began, names what fires, and leaves the silences of others', async () => {
  const { silences, lines, deps, settings, mutedNames } = prepare()
  await mute(deps, settings({ JOURNEY: 'checkout' }))
  await mute(deps, settings())
  const byHand = {
    matchers: [{ name: 'alertname', value: 'PostgresDown', isRegex: false, isEqual: true }],
    startsAt: '2026-11-20T14:00:00.000Z',
    endsAt: '2026-11-20T18:00:00.000Z',
    createdBy: 'ada',
    comment: 'mine',
  }
  await silences.addSilence(byHand)
  lines.length = 0

  await unmute(deps, settings())

  assert.deepEqual(await mutedNames(), [postgresDown])
  assert.deepEqual(lines, [
    'Not muted any more: every alert of checkout (maintenance).',
    "Not muted any more: every alert but the dead man's switch (maintenance).",
    '  fires, and is delivered within seconds: JourneyBurnsFast of checkout (availability)',
    '  fires, and is delivered within seconds: JourneyBurnsFast of order-lookup (availability)',
    'Silences that others made and that stay: 1. http://localhost:9093/#/silences',
  ])
})

test('unmuting one journey leaves the others muted, and says so', async () => {
  const { lines, deps, settings, mutedNames } = prepare()
  await mute(deps, settings({ JOURNEY: 'checkout' }))
  await mute(deps, settings({ JOURNEY: 'order-lookup' }))

  await unmute(deps, settings({ JOURNEY: 'checkout' }))

  assert.deepEqual(await mutedNames(), [otherPage])
  assert.equal(lines.at(-1), 'Still muted until 2026-11-20 14:32:10 UTC: every alert of order-lookup.')
})

test('what is muted by another silence too is not promised to be delivered', async () => {
  const { lines, deps, settings } = prepare()
  await mute(deps, settings({ JOURNEY: 'checkout' }))
  await mute(deps, settings())
  lines.length = 0

  await unmute(deps, settings({ JOURNEY: 'checkout' }))

  assert.deepEqual(lines, [
    'Not muted any more: every alert of checkout (maintenance).',
    "Still muted until 2026-11-20 14:32:10 UTC: every alert but the dead man's switch.",
  ])
})

test('unmuting when nothing is muted says that', async () => {
  const { lines, deps, settings } = prepare()

  await unmute(deps, settings())

  assert.deepEqual(lines, ['Nothing was muted by make mute.'])
})

test('an Alertmanager that goes on muting is not believed', async () => {
  const { silences, deps, settings } = prepare()
  await mute(deps, settings())
  silences.endsNothing = true

  await assert.rejects(unmute(deps, settings()), /still lists a silence/)
})

test('durations are read as Prometheus writes them', () => {
  const seconds = Object.fromEntries(
    ['90s', '30m', '2h', '1h30m', '7d', '', '30', 'm', '1m1h', '-5m', '5 m'].map(text => [text, readDuration(text)]),
  )

  assert.deepEqual(seconds, {
    '90s': 90,
    '30m': 1800,
    '2h': 7200,
    '1h30m': 5400,
    '7d': 604_800,
    '': undefined,
    '30': undefined,
    m: undefined,
    '1m1h': undefined,
    '-5m': undefined,
    '5 m': undefined,
  })
})

test('all that is wrong with the settings is named at once, with what would be right', () => {
  assert.throws(
    () => readSettings(['mute', 'now'], { FOR: '8d', REASON: 'x'.repeat(201), ALERTMANAGER_URL: 'here' }),
    (error: Error) => {
      assert.equal(error.name, 'SettingsError')
      for (const words of [
        "Unknown argument 'now'",
        "FOR is '8d'; it must be a duration like 90s, 30m or 1h30m, from 10s to 7d.",
        'REASON has 201 characters; at most 200',
        "ALERTMANAGER_URL is 'here'",
        'Usage: make mute',
      ])
        assert.ok(error.message.includes(words), words)
      return true
    },
  )
  for (const FOR of ['9s', 'tomorrow', '0m']) assert.throws(() => readSettings(['mute'], { FOR }), SettingsError)
})
