// The receivers of one's own, uncommented in a real Alertmanager whose Slack, mail server and PagerDuty are the test's.
import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { describe, type TestContext, test } from 'node:test'
import { type Labels, listenOnLoopback, startAlertmanager, waitForDelivery } from './delivery-alertmanager.ts'
import { uncomment } from './delivery-uncomment.ts'

const labels: Labels = {
  alertname: 'JourneyBurnsFast',
  severity: 'critical',
  cuj_name: 'checkout',
  slo: 'availability',
}
const annotations: Labels = {
  summary: 'checkout fails for customers',
  description: 'Failed: 312 of 5200 in the last 1h.',
  runbook_url: 'http://localhost:8080/runbooks/JourneyBurnsFast',
  dashboard_url: 'http://localhost:3000/d/slo-overview',
  query_url: 'http://localhost:9090/graph?g0.expr=up',
}
const title = 'JourneyBurnsFast of checkout (availability)'

/** Just enough of a mail server to be given one mail after another. */
async function startMailServer(t: TestContext) {
  const mails: string[] = []
  const talk = (socket: Socket) => {
    let received = ''
    let inData = false
    socket.on('error', () => undefined)
    socket.write('220 mail.test\r\n')
    socket.on('data', chunk => {
      received += chunk
      for (;;) {
        const end = received.indexOf(inData ? '\r\n.\r\n' : '\r\n')
        if (end < 0) return
        const part = received.slice(0, end)
        received = received.slice(end + (inData ? 5 : 2))
        if (inData) mails.push(part)
        socket.write(
          inData ? '250 kept\r\n' : part === 'DATA' ? '354 go on\r\n' : part === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n',
        )
        inData = !inData && part === 'DATA'
      }
    })
  }
  return { mails, port: await listenOnLoopback(t, createServer(talk)) }
}

/** A mail's body as it is read: quoted-printable undone. */
const readMail = (mail: string): string =>
  mail
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))

async function fireAndResolve(alertmanager: Awaited<ReturnType<typeof startAlertmanager>>): Promise<void> {
  await alertmanager.post({ labels, annotations })
  await waitForDelivery(alertmanager, labels, { withinMs: 10_000 })
  await alertmanager.post({ labels, annotations, endsAt: new Date() })
  await waitForDelivery(alertmanager, labels, { withinMs: 20_000, status: 'resolved' })
}

describe('receivers of one’s own, uncommented', { concurrency: 2 }, () => {
  test('Slack is told of a page and of its end, with the links, and so is the inbox', async t => {
    const alertmanager = await startAlertmanager(t, {
      rewrite: config => uncomment(config, 'slack'),
      files: url => ({ 'slack-webhook-url': `${url}/slack` }),
    })

    await fireAndResolve(alertmanager)

    await t.waitFor(() => assert.equal(alertmanager.otherBodies.get('/slack')?.length, 2), { timeout: 15_000 })
    const [fired, over] = (alertmanager.otherBodies.get('/slack') ?? []).map(body => JSON.parse(body))
    assert.equal(fired.channel, '#techmart-alerts')
    assert.equal(fired.attachments[0].title, `Page: ${title}`)
    assert.equal(fired.attachments[0].title_link, annotations.runbook_url)
    for (const words of Object.values(annotations)) assert.ok(fired.attachments[0].text.includes(words), words)
    assert.equal(over.attachments[0].title, `Resolved: ${title}`)
    assert.match(over.attachments[0].text, /^RESOLVED checkout fails for customers/)
  })

  test('a mail carries the title as its subject, and plain text', async t => {
    const server = await startMailServer(t)
    const alertmanager = await startAlertmanager(t, {
      rewrite: config =>
        uncomment(config, 'mail')
          .replace('smtp.example.com:587', `127.0.0.1:${server.port}`)
          // The test's server has no certificate.
          .replace(/^( *)smarthost: .*/m, '$&\n$1require_tls: false'),
      files: () => ({ 'smtp-password': 'not asked for' }),
    })

    await fireAndResolve(alertmanager)

    await t.waitFor(() => assert.equal(server.mails.length, 2), { timeout: 15_000 })
    const [fired = '', over = ''] = server.mails.map(readMail)
    assert.ok(fired.includes(`Subject: Page: ${title}\r\n`), fired)
    assert.ok(over.includes(`Subject: Resolved: ${title}\r\n`), over)
    for (const words of Object.values(annotations)) assert.ok(fired.includes(words), words)
    assert.doesNotMatch(fired, /text\/html/)
  })

  test('PagerDuty is triggered and resolved under one key, with severity and links', async t => {
    const alertmanager = await startAlertmanager(t, {
      rewrite: (config, url) =>
        uncomment(config, 'pagerduty').replace(/^( *)- routing_key_file: .*/m, `$&\n$1  url: ${url}/pagerduty`),
      files: () => ({ 'pagerduty-routing-key': '0123456789abcdef0123456789abcdef' }),
    })

    await fireAndResolve(alertmanager)

    await t.waitFor(() => assert.equal(alertmanager.otherBodies.get('/pagerduty')?.length, 2), { timeout: 15_000 })
    const [fired, over] = (alertmanager.otherBodies.get('/pagerduty') ?? []).map(body => JSON.parse(body))
    assert.equal(fired.event_action, 'trigger')
    assert.equal(fired.payload.summary, `Page: ${title}`)
    assert.equal(fired.payload.severity, 'critical')
    assert.ok(fired.payload.custom_details.text.includes(annotations.description))
    assert.deepEqual(
      fired.links.map(({ href }: { href: string }) => href),
      [annotations.runbook_url, annotations.dashboard_url, annotations.query_url],
    )
    assert.equal(over.event_action, 'resolve')
    assert.equal(over.dedup_key, fired.dedup_key)
  })
})
