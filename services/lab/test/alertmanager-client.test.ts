import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { makeAlertmanagerClient } from '../src/alertmanager-client.ts'

async function startAlertmanager(t: TestContext, answer: RequestListener) {
  const server = createServer(answer)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return makeAlertmanagerClient({ baseUrl: `http://127.0.0.1:${port}`, timeoutMs: 200 })
}

/** As Alertmanager 0.31 lists an alert that a silence mutes, with fields that we do not read. */
const muted = {
  annotations: {},
  endsAt: '2026-11-20T14:05:00.832Z',
  fingerprint: 'd2c2efc389db2050',
  receivers: [{ name: 'page' }],
  startsAt: '2026-11-20T14:00:00.832Z',
  status: { inhibitedBy: [], mutedBy: [], silencedBy: ['4f8b423f'], state: 'suppressed' },
  updatedAt: '2026-11-20T14:00:00.832Z',
  labels: { alertname: 'KafkaDown' },
}

test('what Alertmanager lists is read, muted alerts too', async t => {
  const asked: (string | undefined)[] = []
  const alertmanager = await startAlertmanager(t, ({ url }, response) => {
    asked.push(url)
    response.end(JSON.stringify([muted]))
  })

  const alerts = await alertmanager.listAlerts()

  assert.deepEqual(asked, ['/api/v2/alerts'])
  assert.deepEqual(alerts, [{ fingerprint: 'd2c2efc389db2050', alertname: 'KafkaDown' }])
})

for (const [what, answer] of [
  ['an error', (_request, response) => response.writeHead(500).end('[]')],
  ['something else than a list', (_request, response) => response.end('{"alerts": []}')],
  ['a list of something else', (_request, response) => response.end('[{"name": "KafkaDown"}]')],
  ['no JSON', (_request, response) => response.end('<html>')],
  ['silence', () => undefined],
] as [string, RequestListener][]) {
  test(`${what} is no list of alerts`, async t => {
    const alertmanager = await startAlertmanager(t, answer)

    await assert.rejects(alertmanager.listAlerts())
  })
}
