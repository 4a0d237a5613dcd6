// The lab's main job from end to end: payments fail, the alert travels to the inbox, and clears.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { test } from 'node:test'
import { ask, eventually, urls } from './lab.ts'

function chaos(args: readonly string[], env: Record<string, string>) {
  const child = spawn(process.execPath, ['scripts/chaos/main.ts', ...args], {
    env: { ...process.env, STORE_URL: urls.store, PROMETHEUS_URL: urls.prometheus, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  child.stderr.on('data', chunk => {
    output += chunk
  })
  const ended = new Promise<number | null>(resolve => child.once('exit', resolve))
  return { child, ended, output: () => output }
}

const faults = async () => (await ask(`${urls.store}/lab/faults`)).body.faults as unknown[]

test('payments failing at 50 % pages the checkout, reaches the inbox, and resolves after healing', async t => {
  const run = chaos([], { SCENARIO: 'payments-failing' })
  t.after(() => run.child.kill('SIGKILL'))

  const code = await run.ended

  t.diagnostic(run.output())
  assert.equal(code, 0, run.output())
  for (const word of ['injected', 'firing', 'notified', 'healed', 'resolved'])
    assert.match(run.output(), new RegExp(word, 'i'))
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
  assert.deepEqual(await faults(), [])
})

test('Ctrl-C undoes the fault at once', async t => {
  const run = chaos([], { SCENARIO: 'payments-failing' })
  t.after(() => run.child.kill('SIGKILL'))
  await eventually(
    async () => {
      assert.equal(run.child.exitCode, null, run.output())
      assert.equal((await faults()).length, 1, run.output())
    },
    { withinMs: 60_000 },
  )

  run.child.kill('SIGINT')
  const code = await run.ended

  assert.notEqual(code, 0)
  assert.deepEqual(await faults(), [])
})
