// Rules evaluated on the shoppers' own traffic, and the road of an alert to the inbox.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { journeys as declared } from '@techmart/contracts/journeys'
import { ask, eventually, query, urls } from './lab.ts'

const journeys = Object.values(declared)

test('each journey has both of its SLIs, its objective, its budget and its burn', async () => {
  const series = [
    'slo:objective:ratio',
    'slo:error_budget:ratio',
    'slo:current_burn_rate:ratio',
    'slo:period_error_budget_remaining:ratio',
  ]
  await eventually(
    async () => {
      for (const name of series) {
        const found = new Set((await query(name)).map(({ labels }) => `${labels.cuj_name} ${labels.slo}`))
        for (const journey of journeys) {
          for (const slo of ['availability', 'latency'])
            assert.ok(found.has(`${journey} ${slo}`), `no ${name} of ${journey} ${slo}`)
        }
      }
    },
    { withinMs: 90_000 },
  )
})

test('every rule evaluates without an error', async () => {
  const answer = await ask(`${urls.prometheus}/api/v1/rules`)

  const rules = answer.body.data.groups.flatMap(
    (group: { rules: { name: string; lastError?: string }[] }) => group.rules,
  )
  assert.ok(rules.length > 10)
  assert.deepEqual(
    rules
      .filter((rule: { lastError?: string }) => rule.lastError)
      .map((rule: { name: string; lastError?: string }) => `${rule.name}: ${rule.lastError}`),
    [],
  )
})

test('every target that Prometheus knows is up', async () => {
  await eventually(
    async () => {
      const down = (await query('up == 0')).map(({ labels }) => `${labels.job} ${labels.instance}`)
      assert.deepEqual(down, [])
    },
    { withinMs: 30_000 },
  )
})

test('in peace no journey burns', async () => {
  // A slow machine that starts everything at once fails its first shoppers in earnest; the page for that ends by itself.
  await eventually(
    async () => {
      const firing = await query('ALERTS{alertname=~"Journey.*", alertstate="firing"}')
      assert.deepEqual(
        firing.map(({ labels }) => labels),
        [],
      )
    },
    { withinMs: 240_000, everyMs: 2_000 },
  )
})

test("the dead man's switch beats, and is no entry of the inbox", async () => {
  await eventually(
    async () => {
      const { body } = await ask(`${urls.lab}/lab/dead-man`)
      assert.ok(body.ageSeconds !== null && body.ageSeconds < 90, `last heard ${body.ageSeconds} s ago`)
    },
    { withinMs: 90_000 },
  )

  const inbox = await ask(`${urls.lab}/lab/inbox?limit=1000`)
  assert.deepEqual(
    inbox.body.entries.filter((entry: { alertname: string }) => entry.alertname === 'Watchdog'),
    [],
  )
})
