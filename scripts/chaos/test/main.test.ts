// The command itself, as somebody types it, against a lab and a Prometheus that are a small world behind HTTP.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { FakeWorld, type WorldOptions } from './fake-world.ts'

interface Served {
  readonly world: FakeWorld
  readonly url: string
}

async function serve(t: TestContext, options: WorldOptions): Promise<Served> {
  const world = new FakeWorld(options)
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://world')
    let text = ''
    for await (const chunk of request) text += chunk
    const answer = await answerTo(world, `${request.method} ${pathname}`, searchParams, text)
    response.writeHead(answer === undefined ? 204 : 200, { 'content-type': 'application/json' })
    response.end(answer === undefined ? '' : JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { world, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const success = (data: unknown) => ({ status: 'success', data })

async function answerTo(world: FakeWorld, what: string, search: URLSearchParams, text: string): Promise<unknown> {
  switch (what) {
    case 'GET /api/v1/query': {
      const samples = await world.prometheus.query(search.get('query') ?? '')
      return success({ result: samples.map(({ labels, value }) => ({ metric: labels, value: [0, String(value)] })) })
    }
    case 'GET /api/v1/alerts': {
      const alerts = await world.prometheus.listAlerts()
      return success({
        alerts: alerts.map(alert => ({ ...alert, activeAt: new Date(alert.activeAtMs).toISOString() })),
      })
    }
    case 'GET /api/v1/query_exemplars':
      return success([])
    case 'GET /lab/faults':
      return { faults: await world.lab.listFaults() }
    case 'POST /lab/faults':
      return await world.lab.startFault(JSON.parse(text))
    case 'GET /lab/inbox':
      return { entries: await world.lab.listInbox({ after: Number(search.get('after') ?? 0) }) }
    case 'GET /lab/dead-man':
      return await world.lab.getDeadMan()
    case 'POST /lab/marks':
      return { id: 1, ...JSON.parse(text) }
    default:
      if (what.startsWith('DELETE /lab/faults/')) return await world.lab.stopFault(what.split('/').at(-1) ?? '')
      return {}
  }
}

function runMain(t: TestContext, { url }: Served, ...args: string[]) {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../main.ts'), ...args], {
    env: {
      ...process.env,
      SCENARIO: 'payments-failing',
      DURATION: '',
      STORE_URL: url,
      PROMETHEUS_URL: url,
      // Nobody has a lab of this name: no container and no book is looked at.
      COMPOSE_PROJECT_NAME: 'techmart-nobody',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', chunk => {
      output += chunk
    })
  return { child, ended: once(child, 'exit').then(([code]) => code as number | null), output: () => output }
}

describe('make chaos', { concurrency: true }, () => {
  test('tells the whole story and ends with 0 when every promise held', async t => {
    const served = await serve(t, { fireAfterSeconds: 3, deliverAfterSeconds: 1, resolveAfterSeconds: 8 })

    const run = runMain(t, served)

    assert.equal(await run.ended, 0, run.output())
    assert.match(run.output(), /Fires: JourneyBurnsFast of checkout \(availability\), about \d+ s, late after \d+ s/)
    for (const step of ['injected', 'firing', 'notified', 'healed', 'recovered', 'resolved'])
      assert.match(run.output(), new RegExp(` s  ${step} `))
    assert.match(run.output(), /minutes\n +that its availability budget has/)
    assert.match(run.output(), /Every promise of the scenario held\./)
    assert.deepEqual(
      served.world.started.map(({ service, point, durationSeconds }) => ({
        service,
        point,
        long: durationSeconds > 60,
      })),
      [{ service: 'payments', point: 'http-server', long: true }],
    )
  })

  test('ends with 1 and names the extra alert', async t => {
    const company = { alertname: 'KafkaDown', severity: 'critical' }
    const served = await serve(t, { fireAfterSeconds: 3, deliverAfterSeconds: 1, resolveAfterSeconds: 8, company })

    const run = runMain(t, served, '--no-wait-resolved')

    assert.equal(await run.ended, 1, run.output())
    assert.match(run.output(), /Extra alert: KafkaDown, critical: nobody promised it/)
  })

  test('refuses with 2 while the dead man is silent, and says so', async t => {
    const served = await serve(t, {})
    served.world.deadManAgeSeconds = 400

    const run = runMain(t, served)

    assert.equal(await run.ended, 2, run.output())
    assert.match(run.output(), /Not broken: .*\n +- The dead man's switch was heard 400 s ago/)
    assert.deepEqual(served.world.started, [])
  })

  test('ends with 130 after Ctrl-C, and leaves no fault', async t => {
    const served = await serve(t, {})
    const run = runMain(t, served)
    while (!run.output().includes('injected')) await once(run.child.stdout, 'data')

    run.child.kill('SIGINT')

    assert.equal(await run.ended, 130, run.output())
    assert.deepEqual(await served.world.lab.listFaults(), [])
  })
})
