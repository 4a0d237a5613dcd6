// A real Alertmanager with the lab's own configuration, whose receivers are a small server of the test. It listens on ports of
// this machine's loopback that are free, so that a running lab is not disturbed.

import assert from 'node:assert/strict'
import { cp, readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { findFreePort } from '../lib/free-port.ts'
import { findComposeService, runDocker } from '../lib/images.ts'
import { eventually } from '../lib/run-collector.ts'
import { makeFolder, root } from './rules-promtool.ts'

export type Labels = Readonly<Record<string, string>>

export interface PostedAlert {
  readonly labels: Labels
  readonly annotations?: Labels
  /** Resolved by then; Alertmanager's own resolve_timeout where absent. */
  readonly endsAt?: Date
}

/** One alert of one delivery to a webhook. */
export interface DeliveredAlert {
  readonly status: 'firing' | 'resolved'
  readonly labels: Labels
  readonly annotations: Labels
  /** As the configuration names it. */
  readonly receiver: string
  readonly groupLabels: Labels
  readonly atMs: number
}

export interface RunningAlertmanager {
  readonly url: string
  /** Everything that webhooks of the configuration were sent, oldest first. */
  readonly delivered: readonly DeliveredAlert[]
  /** Bodies that came to other paths of the test's server: Slack's and PagerDuty's. */
  readonly otherBodies: ReadonlyMap<string, readonly string[]>
  post(...alerts: readonly PostedAlert[]): Promise<void>
  /** Labels of the alerts that mute this one; undefined when Alertmanager does not know it. */
  findMuting(labels: Labels): Promise<readonly Labels[] | undefined>
}

export interface StartOptions {
  /** Changes the configuration's text; `receiverUrl` is where the test's server listens. */
  readonly rewrite?: (config: string, receiverUrl: string) => string
  /** Files beside the configuration, by name. */
  readonly files?: (receiverUrl: string) => Readonly<Record<string, string>>
}

export const isSame = (one: Labels, other: Labels): boolean =>
  Object.entries(one).every(([name, value]) => other[name] === value) &&
  Object.keys(one).length === Object.keys(other).length

export async function listenOnLoopback(t: TestContext, server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return (server.address() as AddressInfo).port
}

interface Webhook {
  readonly receiver: string
  readonly groupLabels: Labels
  readonly alerts: readonly Pick<DeliveredAlert, 'status' | 'labels' | 'annotations'>[]
}

async function startReceiver(t: TestContext) {
  const delivered: DeliveredAlert[] = []
  const otherBodies = new Map<string, string[]>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const atMs = Date.now()
      const body = Buffer.concat(chunks).toString()
      const path = request.url ?? ''
      if (path.startsWith('/hooks/')) {
        const { receiver, groupLabels, alerts } = JSON.parse(body) as Webhook
        for (const { status, labels, annotations } of alerts)
          delivered.push({ status, labels, annotations, receiver, groupLabels, atMs })
      } else otherBodies.set(path, [...(otherBodies.get(path) ?? []), body])
      // Slack wants "ok", PagerDuty a 202 with JSON; webhooks take any 2xx.
      if (path === '/pagerduty')
        response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"success"}')
      else response.end('ok')
    })
  })
  server.keepAliveTimeout = 1
  t.after(() => server.closeAllConnections())
  return { delivered, otherBodies, url: `http://127.0.0.1:${await listenOnLoopback(t, server)}` }
}

export async function startAlertmanager(t: TestContext, options: StartOptions = {}): Promise<RunningAlertmanager> {
  const { rewrite = (text: string) => text } = options
  const receiver = await startReceiver(t)
  const folder = await makeFolder(t)
  await cp(join(root, 'alertmanager'), folder, { recursive: true })
  const config = await readFile(join(folder, 'alertmanager.yml'), 'utf8')
  await writeFile(
    join(folder, 'alertmanager.yml'),
    rewrite(config.replaceAll('http://lab:3007', receiver.url), receiver.url),
  )
  for (const [name, text] of Object.entries(options.files?.(receiver.url) ?? {}))
    await writeFile(join(folder, name), text)

  const port = await findFreePort()
  const { image, command = [] } = await findComposeService('alertmanager')
  const started = await runDocker([
    ...['run', '-d', '--network', 'host', '--read-only', '--tmpfs', '/alertmanager:mode=1777'],
    ...['-v', `${folder}:/etc/alertmanager:ro`, image],
    ...command.filter(flag => !flag.startsWith('--web.external-url')),
    ...[`--web.listen-address=127.0.0.1:${port}`, '--web.external-url=http://localhost:19093'],
  ])
  assert.equal(started.code, 0, started.output)
  const container = started.output.trim()
  t.after(() => runDocker(['rm', '-f', container]))

  const url = `http://127.0.0.1:${port}`
  try {
    await eventually(async () => assert.ok((await fetch(`${url}/-/ready`)).ok), { withinMs: 20_000 })
  } catch (cause) {
    throw new Error(`Alertmanager did not start:\n${(await runDocker(['logs', container])).output}`, { cause })
  }
  return {
    url,
    delivered: receiver.delivered,
    otherBodies: receiver.otherBodies,
    async post(...alerts) {
      // Before any end that the caller took from the clock just now: Alertmanager refuses an alert that ends before it starts.
      const startsAt = new Date(Date.now() - 1_000)
      const answer = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(alerts.map(alert => ({ startsAt, annotations: {}, ...alert }))),
      })
      assert.equal(answer.status, 200, await answer.text())
    },
    async findMuting(labels) {
      const alerts = (await (await fetch(`${url}/api/v2/alerts`)).json()) as {
        fingerprint: string
        labels: Labels
        status: { inhibitedBy: string[] }
      }[]
      const found = alerts.find(alert => isSame(alert.labels, labels))
      return found?.status.inhibitedBy.map(
        fingerprint => alerts.find(alert => alert.fingerprint === fingerprint)?.labels ?? {},
      )
    },
  }
}

/** Waits for an alert at one of the webhooks, and gives its first delivery. */
export async function waitForDelivery(
  alertmanager: RunningAlertmanager,
  labels: Labels,
  { withinMs, status = 'firing' }: { withinMs: number; status?: DeliveredAlert['status'] },
): Promise<DeliveredAlert> {
  let found: DeliveredAlert | undefined
  await eventually(
    () => {
      found = alertmanager.delivered.find(one => one.status === status && isSame(one.labels, labels))
      const seen = alertmanager.delivered.map(one => `${one.status} ${JSON.stringify(one.labels)}`).join('\n')
      assert.ok(found, `not delivered as ${status}: ${JSON.stringify(labels)}; delivered:\n${seen}`)
    },
    { withinMs },
  )
  return found as DeliveredAlert
}
