// The shoppers of the running lab: they fill the funnel in every country and segment, and nothing that they ask beside the journeys
// is refused.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries } from '@techmart/contracts/shop'
import { eventually, query } from './lab.ts'

const steps = ['browse', 'view', 'cart', 'checkout', 'paid']

test('shoppers of every country go every step from browsing to paying, and of every segment', async t => {
  await eventually(
    async () => {
      const samples = await query('sum by (step, country, segment) (funnel_events_total{segment!="unknown"})')
      const seen = samples.filter(({ value }) => value > 0).map(({ labels }) => labels)
      const missing = steps.flatMap(step =>
        countries
          .filter(country => !seen.some(labels => labels.step === step && labels.country === country))
          .map(country => `${step} in ${country}`),
      )
      assert.deepEqual(missing, [])
      for (const step of steps) {
        const segments = new Set(seen.filter(labels => labels.step === step).map(({ segment }) => segment))
        assert.equal(segments.size, 5, `${step}: ${[...segments].join(', ')}`)
      }
      t.diagnostic(`${seen.length} of ${steps.length * countries.length * 5} combinations seen`)
    },
    { withinMs: 180_000, everyMs: 5_000 },
  )
})

test('what the shoppers ask beside the journeys is answered as they expect', async () => {
  const forgotten = async () =>
    (await query('sum(gateway_requests_total{method="DELETE", route="/api/users/:id", status="204"})'))[0]?.value ?? 0
  const asked = async (condition: string) =>
    (await query(`sum(k6_http_req_failed_total{journey="", condition="${condition}"})`))[0]?.value ?? 0
  const [forgottenBefore, badBefore] = [await forgotten(), await asked('nonzero')]

  // Sign-ups are rare, and a shopper forgets the first newcomer with the second.
  await eventually(
    async () => {
      assert.ok((await asked('zero')) > 20, `only ${await asked('zero')} were asked`)
      assert.ok((await forgotten()) > forgottenBefore, 'no newcomer was forgotten yet')
    },
    { withinMs: 240_000, everyMs: 5_000 },
  )

  assert.equal(await asked('nonzero'), badBefore, 'answered otherwise')
})
