// How soon each severity is told, by a real Alertmanager with the lab's configuration. The limits are its own group_wait and
// group_interval, and five seconds for a busy machine.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { type Labels, startAlertmanager, waitForDelivery } from './delivery-alertmanager.ts'
import { root } from './rules-promtool.ts'

const slackMs = 5000
const journey = { cuj_name: 'checkout', slo: 'availability' }

/** As README and the page of each alert promise them, in seconds. */
const promised: [string, number, Labels][] = [
  ['a page of a journey', 0, { alertname: 'JourneyBurnsFast', severity: 'critical', ...journey }],
  ['a page of the lab itself', 0, { alertname: 'PostgresDown', severity: 'critical' }],
  ['a warning of a journey', 2, { alertname: 'JourneyBurnsSlowly', severity: 'warning', ...journey }],
  ['a warning of the lab itself', 2, { alertname: 'ServiceDown', severity: 'warning', job: 'payments' }],
  ['a ticket of a journey', 10, { alertname: 'JourneyBurnsTrickle', severity: 'ticket', ...journey }],
  ['a ticket of the lab itself', 10, { alertname: 'DeadLetters', severity: 'ticket' }],
  ['an alert without a severity', 2, { alertname: 'SomethingOfYours' }],
]

describe('how soon an alert is told', { concurrency: 3 }, () => {
  for (const [title, waitSeconds, labels] of promised) {
    test(`${title} is told within ${waitSeconds} s, and its end within 5 s`, async t => {
      const alertmanager = await startAlertmanager(t)
      const postedMs = Date.now()

      await alertmanager.post({ labels })
      const told = await waitForDelivery(alertmanager, labels, { withinMs: waitSeconds * 1000 + 10_000 })
      const endedMs = Date.now()
      await alertmanager.post({ labels, endsAt: new Date() })
      const over = await waitForDelivery(alertmanager, labels, { withinMs: 20_000, status: 'resolved' })

      const limitMs = waitSeconds * 1000 + slackMs
      assert.ok(told.atMs - postedMs <= limitMs, `told after ${told.atMs - postedMs} ms`)
      assert.ok(
        told.atMs - postedMs >= waitSeconds * 1000 - 100,
        `told after ${told.atMs - postedMs} ms: no wait for company`,
      )
      assert.ok(over.atMs - endedMs <= 5000 + slackMs, `its end was told after ${over.atMs - endedMs} ms`)
    })
  }

  test('an alert that joins a group that was told already is told within 5 s', async t => {
    const alertmanager = await startAlertmanager(t)
    const of = (alertname: string): Labels => ({ alertname, severity: 'ticket', ...journey })
    await alertmanager.post({ labels: of('JourneyBurnsTrickle') })
    await waitForDelivery(alertmanager, of('JourneyBurnsTrickle'), { withinMs: 20_000 })
    const postedMs = Date.now()

    await alertmanager.post({ labels: of('JourneyBurnsSteadily') })

    const joined = await waitForDelivery(alertmanager, of('JourneyBurnsSteadily'), { withinMs: 20_000 })
    assert.ok(joined.atMs - postedMs <= 5000 + slackMs, `joined after ${joined.atMs - postedMs} ms`)
    assert.deepEqual(joined.groupLabels, journey)
  })

  test("the dead man's switch beats every ten seconds", async t => {
    const alertmanager = await startAlertmanager(t)
    const labels = { alertname: 'Watchdog', severity: 'none' }
    await alertmanager.post({ labels })
    const first = await waitForDelivery(alertmanager, labels, { withinMs: 5000 })

    await t.waitFor(() => assert.ok(alertmanager.delivered.length >= 3), { timeout: 40_000, interval: 200 })

    const beats = alertmanager.delivered.filter(({ receiver }) => receiver === 'dead-man').map(({ atMs }) => atMs)
    assert.equal(beats[0], first.atMs)
    for (const [number, atMs] of beats.entries())
      if (number > 0) assert.ok(atMs - (beats[number - 1] ?? 0) <= 10_000 + slackMs, `${beats}`)
  })

  test('the waits of the routes are the promised ones', async () => {
    const text = await readFile(join(root, 'alertmanager/alertmanager.yml'), 'utf8')
    const waits = new Set([...text.matchAll(/group_wait: (\w+)/g)].map(match => match[1]))

    const ours = new Set(promised.map(([, seconds]) => `${seconds}s`))
    assert.deepEqual([...waits].sort(), [...ours].sort())
    assert.equal((parse(text) as { route: { group_interval: string } }).route.group_interval, '5s')
  })
})
