// Two replicas of api and of product-worker: both work, both are seen, and what is one of a kind (faults, groups, figures) stays so.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { ask, compose, eventually, newTrace, query, shop, urls } from './lab.ts'
import { startFault } from './trouble.ts'
import { jobEnds, makeRows, upload } from './uploads.ts'

const scale = async (count: number) => {
  const wanted = ['api', 'product-worker'].flatMap(service => ['--scale', `${service}=${count}`])
  await compose('up', '-d', '--no-deps', '--no-build', '--no-recreate', ...wanted, 'api', 'product-worker')
}

async function startTwoOfEach(t: TestContext): Promise<void> {
  t.after(async () => {
    await scale(1)
    await eventually(async () => assert.equal((await query('count(up{job="api"})'))[0]?.value, 1), { withinMs: 60_000 })
  })
  await scale(2)
  await eventually(
    async () => {
      const states = (await compose('ps', '--format', '{{.Service}} {{.Health}}', 'api', 'product-worker')).trim()
      assert.equal(states.match(/ healthy$/gm)?.length, 4, states)
    },
    { withinMs: 90_000, everyMs: 1_000 },
  )
}

/** The instances of a service that a trace went through. */
async function instancesOf(traceId: string, service: string): Promise<string[]> {
  const { status, body } = await ask(`${urls.traces}/api/traces/${traceId}`, {
    headers: { accept: 'application/json' },
  })
  assert.equal(status, 200)
  type Resource = { resource: { attributes: { key: string; value: { stringValue: string } }[] } }
  return (body.batches ?? body.resourceSpans).flatMap(({ resource }: Resource) => {
    const find = (name: string) => resource.attributes.find(({ key }) => key === name)?.value.stringValue
    return find('service.name') === service ? [find('service.instance.id')] : []
  })
}

/** The instances whose counter grows now. */
const working = async (counter: string) =>
  (await query(`sum by (instance) (increase(${counter}[1m])) > 0`)).map(({ labels }) => labels.instance)

test('two replicas of api and of product-worker share the work, and each is seen', { timeout: 420_000 }, async t => {
  await startTwoOfEach(t)

  await t.test('both are asked, and both are scraped', async () => {
    await eventually(
      async () => {
        assert.equal((await query('count(up{job="api"} == 1)'))[0]?.value, 2)
        assert.equal((await query('count(up{job="product-worker"} == 1)'))[0]?.value, 2)
        assert.equal((await working('http_requests_total{job="api"}')).length, 2)
      },
      { withinMs: 60_000, everyMs: 1_000 },
    )
  })

  await t.test('requests go to them in turn, and traces come from both', async () => {
    const traces = Array.from({ length: 6 }, newTrace)
    for (const { traceparent } of traces) {
      assert.equal((await shop('/api/products/11', { headers: { traceparent } })).status, 200)
    }

    await eventually(
      async () => {
        const seen = await Promise.all(traces.map(({ traceId }) => instancesOf(traceId, 'api')))
        assert.ok(
          seen.every(instances => instances.length > 0),
          'a trace has no span of api yet',
        )
        assert.equal(new Set(seen.flat()).size, 2)
      },
      { withinMs: 30_000, everyMs: 1_000 },
    )
  })

  await t.test('one fault strikes both', async t => {
    const target = 'GET /api/products/:id'
    await startFault(t, 'two-replicas', { service: 'api', point: 'http-server', kind: 'error', ratio: 1, target })

    await eventually(
      async () => {
        const statuses = await Promise.all(
          Array.from({ length: 20 }, async () => (await shop('/api/products/11')).status),
        )
        assert.deepEqual(new Set(statuses), new Set([503]))
      },
      { withinMs: 10_000 },
    )
  })

  await t.test('both workers are members of the group, and uploads are written once whoever takes them', async () => {
    await eventually(
      async () => {
        const [members] = await query('kafka_consumer_group_members{group="product-worker"}')
        assert.equal(members?.value, 2)
      },
      { withinMs: 60_000, everyMs: 1_000 },
    )
    const uploads = Array.from({ length: 12 }, () => makeRows(20))

    const accepted = await Promise.all(uploads.map(rows => upload(rows)))

    const jobs = await Promise.all(accepted.map(({ body }) => jobEnds(body.id, 60_000)))
    assert.deepEqual(new Set(jobs.map(job => job.state)), new Set(['done']))
    assert.equal(
      jobs.reduce((sum, job) => sum + job.rows.written, 0),
      240,
    )
    // Keys spread over three partitions, of which each worker has one at least.
    await eventually(
      async () =>
        assert.equal((await working('kafka_messages_total{job="product-worker", outcome="processed"}')).length, 2),
      { withinMs: 30_000, everyMs: 1_000 },
    )
  })

  await t.test('a figure that both give is the same from both', async () => {
    await eventually(
      async () => {
        for (const gauge of ['upload_job_oldest_unfinished_seconds', 'orders_unfinished', 'outbox_unsent']) {
          const both = await query(`${gauge}{job="api"}`)
          assert.equal(both.length, 2, gauge)
        }
        const spread = await query(
          'max(upload_job_oldest_unfinished_seconds) - min(upload_job_oldest_unfinished_seconds)',
        )
        assert.ok((spread[0]?.value ?? 99) < 5)
      },
      { withinMs: 30_000, everyMs: 1_000 },
    )
  })
})
