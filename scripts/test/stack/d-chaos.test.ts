// The lab's main job from end to end: something breaks, the alerts that were promised travel to the inbox and no other does, it is
// put right, and the shop is whole again. A part of the matrix at lab speed, one scenario for each point where a fault can strike
// and one for a container; one more at `real`. The whole matrix is `make chaos-all`.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { ask, compose, eventually, query, recreateService, urls } from './lab.ts'

function chaos(t: TestContext, args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/chaos/main.ts', ...args], {
    env: { ...process.env, STORE_URL: urls.store, PROMETHEUS_URL: urls.prometheus, DURATION: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk
    })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  t.after(() => child.kill('SIGKILL'))
  return { child, ended, output: () => output }
}

const faults = async () => (await ask(`${urls.store}/lab/faults`)).body.faults as unknown[]

/** Ends well only when every promise of the scenario held and nothing else fired. */
async function holds(t: TestContext, scenario: string, ...args: string[]): Promise<string> {
  const run = chaos(t, ['--wait-steady=150', ...args], { SCENARIO: scenario })

  const code = await run.ended

  t.diagnostic(run.output())
  assert.equal(code, 0, run.output())
  assert.deepEqual(await faults(), [])
  return run.output()
}

test('payments failing at 50 % pages the checkout, reaches the inbox, and resolves after healing', async t => {
  const output = await holds(t, 'payments-failing')

  for (const word of ['injected', 'firing', 'notified', 'healed', 'recovered', 'resolved'])
    assert.match(output, new RegExp(`s  ${word} `))
  const { entries } = (await ask(`${urls.lab}/lab/inbox?alertname=JourneyBurnsFast&limit=1000`)).body
  const checkout = entries.filter((entry: { labels: Record<string, string> }) => entry.labels.cuj_name === 'checkout')
  assert.deepEqual([...new Set(checkout.map((entry: { status: string }) => entry.status))].sort(), [
    'firing',
    'resolved',
  ])
  assert.deepEqual(
    entries.filter((entry: { labels: Record<string, string> }) => entry.labels.cuj_name === 'product-discovery'),
    [],
  )
})

test('Ctrl-C undoes the fault at once', async t => {
  const run = chaos(t, ['--wait-steady=150'], { SCENARIO: 'mails-waiting' })
  await eventually(
    async () => {
      assert.equal(run.child.exitCode, null, run.output())
      assert.equal((await faults()).length, 1, run.output())
    },
    { withinMs: 180_000 },
  )

  run.child.kill('SIGINT')
  const code = await run.ended

  assert.equal(code, 130)
  assert.deepEqual(await faults(), [])
})

for (const [scenario, title] of [
  ['search-failing', 'a failing statement (database)'],
  ['provider-down', 'a provider that refuses (http-client)'],
  ['poison-messages', 'messages that fail at every try (consumer)'],
  ['event-loop-blocked', 'an event loop that stands still (process)'],
  ['kafka-stopped', 'a stopped container'],
] as const) {
  test(`${title}: ${scenario} keeps what it promises`, async t => {
    await holds(t, scenario, '--no-wait-resolved')
  })
}

test('a run that is killed leaves nothing broken: its fault lapses, its container is started again', async t => {
  const state = async (service: string) => (await compose('ps', '--all', '--format', '{{.State}}', service)).trim()
  const withFault = chaos(t, ['--wait-steady=150'], { SCENARIO: 'mails-waiting', DURATION: '20' })
  await eventually(async () => assert.equal((await faults()).length, 1, withFault.output()), { withinMs: 180_000 })
  withFault.child.kill('SIGKILL')
  await eventually(async () => assert.deepEqual(await faults(), []), { withinMs: 25_000 })

  const withContainer = chaos(t, ['--wait-steady=150'], { SCENARIO: 'users-dead' })
  await eventually(async () => assert.equal(await state('users'), 'exited', withContainer.output()), {
    withinMs: 180_000,
  })
  withContainer.child.kill('SIGKILL')

  await eventually(async () => assert.equal(await state('users'), 'running'), { withinMs: 30_000 })
})

test('chaos-stop proves that everything is off', async t => {
  const run = chaos(t, ['stop'], {})

  assert.equal(await run.ended, 0, run.output())
  assert.match(run.output(), /no active fault/)
})

test('at the speed of real life a fifth of failing product pages pages, too', async t => {
  // Only the rules change: Prometheus keeps what it has seen.
  await recreateService(t, 'prometheus', { SLO_SPEED: 'real' })
  await eventually(
    async () =>
      assert.equal((await query('max(slo:period:seconds)'))[0]?.value, 2_592_000, 'the rules have not changed'),
    { withinMs: 90_000, everyMs: 1_000 },
  )

  // What the tests before broke has left the page's short window by then.
  await holds(t, 'browsing-failing', '--no-wait-resolved', '--wait-steady=300')
})
