// What is rightly empty or absent in peace is brought by the very trouble that it was made for: nothing stands in the lists of
// only-under-faults.ts without being seen here.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { paymentsFailing } from '../../chaos/scenarios/payments-failing.ts'
import { askPanels, listedAs } from './asked.ts'
import { eventually, newOrder, pauseShoppers, placeOrder, query, shop } from './lab.ts'
import { absentInPeace, emptyInPeace, type Trouble } from './only-under-faults.ts'
import { changeCollector, sendManySpanNames, startFault, storesThatRefuse, tinyQueues } from './trouble.ts'

const broughtBy = (list: Readonly<Record<string, Trouble>>, trouble: Trouble): string[] =>
  Object.keys(list).filter(name => list[name] === trouble)

async function panelsHaveData(trouble: Trouble): Promise<void> {
  const listed = broughtBy(emptyInPeace, trouble)
  if (listed.length === 0) return
  const answers = await askPanels(15)
  for (const name of listed) {
    const meant = answers.filter(answer => listedAs(answer) === name)
    assert.ok(meant.length > 0, `${name} is no panel and no mark`)
    for (const answer of meant) assert.ok(answer.hasData, `${answer.name} is empty under: ${trouble}`)
  }
}

async function metricsAreThere(trouble: Trouble): Promise<void> {
  for (const name of broughtBy(absentInPeace, trouble)) {
    const [, metric, label] = /^([\w:]+)(?:\{(\w+)\})?$/.exec(name) ?? []
    const found = await query(label === undefined ? `count(${metric})` : `count(${metric}{${label}!=""})`)
    assert.ok(found.length > 0, `${name} is absent under: ${trouble}`)
  }
}

/** Waits until all that the lists promise of this trouble is there; data of earlier than 15 seconds ago does not count. */
async function everythingIsThere(t: TestContext, trouble: Trouble, withinMs: number): Promise<void> {
  await eventually(
    async () => {
      await metricsAreThere(trouble)
      await panelsHaveData(trouble)
    },
    { withinMs, everyMs: 3_000 },
  )
  const brought = [...broughtBy(emptyInPeace, trouble), ...broughtBy(absentInPeace, trouble)]
  t.diagnostic(`brought by ${trouble}: ${brought.join(', ')}`)
}

const lookups = (what: 'total' | 'bad') =>
  query(`sum(slo:leg_${what}:count{tier="fast", leg="long", cuj_name="order-lookup", slo="availability"})`)

test('some strays on a quiet journey show that a guard keeps the page back', async t => {
  const { body } = await placeOrder()
  await pauseShoppers(t)
  // Few enough events that fewer than ten bad ones burn faster than the page's factor.
  const events = await eventually(
    async () => {
      const [all] = await lookups('total')
      const [bad] = await lookups('bad')
      assert.ok((all?.value ?? 0) < 250, `${all?.value} lookups in the long window`)
      assert.ok((bad?.value ?? 0) < 1, `${bad?.value} failed lookups in the long window`)
      return all?.value ?? 0
    },
    { withinMs: 420_000, everyMs: 5_000 },
  )
  await startFault(t, 'strays', {
    service: 'api',
    point: 'http-server',
    target: 'GET /api/orders/:id',
    kind: 'error',
    ratio: 1,
  })
  const lookup = () => shop(`/api/orders/${body.order.id}`)
  await eventually(async () => assert.ok((await lookup()).status >= 500), { withinMs: 10_000, everyMs: 1_000 })

  const more = Math.max(2, Math.ceil(events * 0.02))
  for (let n = 0; n < more; n += 1) await lookup()

  await everythingIsThere(t, 'strays on a quiet journey', 45_000)
  assert.deepEqual(
    await query('ALERTS{alertname="JourneyBurnsFast", cuj_name="order-lookup", alertstate="firing"}'),
    [],
  )
})

test('failing payments bring the marks, and the alerts with a journey', async t => {
  for (const fault of paymentsFailing.faults) await startFault(t, paymentsFailing.name, { ...fault, ratio: 1 })
  // The shoppers buy too; this makes it certain that the journey is hurt at once.
  for (let n = 0; n < 10; n += 1) {
    await shop('/api/orders', {
      method: 'POST',
      json: newOrder(),
      headers: { 'idempotency-key': crypto.randomUUID() },
    })
  }

  await everythingIsThere(t, 'failing payments', 420_000)
})

test('a deployment brings its mark', async t => {
  const { status } = await shop('/lab/marks', {
    method: 'POST',
    json: { kind: 'deploy', service: 'api', text: 'nothing is deployed; this looks at the mark' },
  })
  assert.equal(status, 201)

  await everythingIsThere(t, 'a deployment', 20_000)
})

test('more span names than a service may have bring the one series that all others fall into', async t => {
  await sendManySpanNames(2_100)

  await everythingIsThere(t, 'more span names than a service may have', 45_000)
})

test('stores that refuse bring the counts of what could not be sent', async t => {
  await changeCollector(t, storesThatRefuse)

  await everythingIsThere(t, 'stores that refuse', 90_000)
})

test('queues smaller than a batch bring the counts of what found no room', async t => {
  await changeCollector(t, tinyQueues)

  await everythingIsThere(t, 'queues smaller than a batch', 90_000)
})
