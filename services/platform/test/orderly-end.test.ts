// The end of a service under traffic: what was asked is answered, what was answered is told, and the process is gone in time.
import assert from 'node:assert/strict'
import { Agent, request as sendRequest } from 'node:http'
import { type TestContext, test } from 'node:test'
import { startFakeCollector } from './fake-collector.ts'
import { startSmallService } from './small-service.ts'

async function startPatientService(t: TestContext) {
  const collector = await startFakeCollector(t)
  const env = { OTEL_SERVICE_NAME: 'patient-service', OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  return { collector, service: await startSmallService(t, env, { main: 'fixtures/patient-service.ts' }) }
}

/** Over kept connections that are idle for less than the second of draining, as the gateway has them. */
function openCaller(t: TestContext, url: string) {
  const agent = new Agent({ keepAlive: true, timeout: 700 })
  t.after(() => agent.destroy())
  return (path: string) =>
    new Promise<{ status: number | undefined; connection: string | undefined }>((resolve, reject) => {
      sendRequest(`${url}${path}`, { agent }, reply => {
        reply.resume()
        reply.once('end', () => resolve({ status: reply.statusCode, connection: reply.headers.connection }))
      })
        .once('error', reject)
        .end()
    })
}

test('requests in flight at SIGTERM and while draining are answered, and each has its span', {
  timeout: 30_000,
}, async t => {
  const { collector, service } = await startPatientService(t)
  const ask = openCaller(t, service.url)
  // Connections that are open and idle when the end comes.
  await Promise.all(Array.from({ length: 10 }, () => ask('/slowly/1')))
  const inFlight = Array.from({ length: 20 }, () => ask('/slowly/1400'))
  const arrived = ask('/slowly/1')
  await arrived

  const askedToStopAt = performance.now()
  const stopped = service.stop()
  const duringDraining: Promise<{ status: number | undefined; connection: string | undefined }>[] = []
  while (performance.now() - askedToStopAt < 600) {
    duringDraining.push(ask('/slowly/5'))
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  const code = await stopped
  const seconds = (performance.now() - askedToStopAt) / 1_000

  assert.equal(code, 0)
  const answers = await Promise.all([...inFlight, ...duringDraining])
  assert.deepEqual(new Set(answers.map(answer => answer.status)), new Set([200]))
  assert.ok((await Promise.all(inFlight)).every(({ connection }) => connection === 'close'))
  const served = collector.spans.filter(span => span.name === 'GET /slowly/:ms').length
  assert.equal(served, answers.length + 11)
  // The last answer came 1.4 s after it was asked for.
  assert.ok(seconds < 1.4 + 2, `${seconds.toFixed(2)} s`)
  t.diagnostic(`${answers.length} answered; gone after ${seconds.toFixed(2)} s`)
})

test('a connection that says nothing does not hold the end up', { timeout: 30_000 }, async t => {
  const { service } = await startPatientService(t)
  const agent = new Agent({ keepAlive: true })
  t.after(() => agent.destroy())
  await new Promise(resolve =>
    sendRequest(`${service.url}/slowly/1`, { agent }, reply => reply.resume().once('end', resolve)).end(),
  )

  const askedToStopAt = performance.now()
  const code = await service.stop()
  const seconds = (performance.now() - askedToStopAt) / 1_000

  assert.equal(code, 0)
  assert.ok(seconds < 1 + 2, `${seconds.toFixed(2)} s`)
})
