// The baseline: a second Prometheus and a second Alertmanager, at their stock intervals, beside the lab that is measured. The second
// Prometheus stores nothing of the lab; for each evaluation it reads the first one's samples (remote_read), so that both judge
// the very same ones.
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { findComposeService, rootFolder, runDocker } from '../../scripts/lib/images.ts'
import type { LabStack } from './lab-stack.ts'
import { toPrometheusConfig, toStockAlertmanager, toStockRules } from './stock-config.ts'

export interface Delivery {
  readonly status: 'firing' | 'resolved'
  readonly labels: Readonly<Record<string, string>>
  readonly atMs: number
}

export interface StockAlerting {
  readonly prometheusUrl: string
  /** What the second Alertmanager delivered, oldest first. */
  readonly deliveries: readonly Delivery[]
}

async function openReceiver(opened: AsyncDisposableStack): Promise<{ url: string; deliveries: Delivery[] }> {
  const deliveries: Delivery[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => {
      const atMs = Date.now()
      const { alerts } = JSON.parse(Buffer.concat(chunks).toString()) as { alerts: Omit<Delivery, 'atMs'>[] }
      for (const { status, labels } of alerts) deliveries.push({ status, labels, atMs })
      response.end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  opened.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, deliveries }
}

async function openContainer(opened: AsyncDisposableStack, name: string, args: readonly string[]): Promise<void> {
  opened.defer(async () => void (await runDocker(['rm', '-f', name])))
  const started = await runDocker(['run', '-d', '--name', name, '--network', 'host', ...args])
  if (started.code !== 0) throw new Error(`${name} could not be started: ${started.output}`)
}

async function waitUntilReady(url: string, name: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await sleep(300)) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined)
    if (answer?.ok) return
  }
  throw new Error(`${name} is not ready after 30 s:\n${(await runDocker(['logs', '--tail', '20', name])).output}`)
}

export async function openStockAlerting(
  opened: AsyncDisposableStack,
  lab: LabStack,
  project: string,
): Promise<StockAlerting> {
  const receiver = await openReceiver(opened)
  await mkdir(join(rootFolder, '.lab'), { recursive: true })
  const folder = await mkdtemp(join(rootFolder, '.lab', 'time-to-page-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const write = async (name: string, text: string) => await writeFile(join(folder, name), text, { mode: 0o644 })
  const read = (path: string) => readFile(join(rootFolder, path), 'utf8')
  const [prometheusUrl, alertmanagerUrl] = [
    `http://127.0.0.1:${await findFreePort()}`,
    `http://127.0.0.1:${await findFreePort()}`,
  ]
  for (const name of ['prometheus', 'prometheus/rules', 'alertmanager'])
    await mkdir(join(folder, name), { mode: 0o755 })
  // mkdtemp keeps its folder to its owner; the images' user is nobody.
  await chmod(folder, 0o755)
  // The page's own group alone: the slower ones would read hours of samples from the Prometheus that is being measured.
  await write('prometheus/rules/slo-fast.yml', toStockRules(await read('prometheus/rules/real/slo-fast.yml')))
  await write(
    'prometheus/prometheus.yml',
    toPrometheusConfig({
      readFrom: lab.prometheusUrl,
      alertmanager: alertmanagerUrl,
      externalLabels: { store_url: lab.storeUrl, grafana_url: lab.grafanaUrl },
    }),
  )
  await write(
    'alertmanager/alertmanager.yml',
    toStockAlertmanager(await read('alertmanager/alertmanager.yml'), receiver.url),
  )

  const names = { prometheus: `${project}-stock-prometheus`, alertmanager: `${project}-stock-alertmanager` }
  const [prometheus, alertmanager] = [await findComposeService('prometheus'), await findComposeService('alertmanager')]
  await openContainer(opened, names.alertmanager, [
    ...['-v', `${folder}/alertmanager:/etc/alertmanager:ro`, '--tmpfs', '/alertmanager:mode=1777', alertmanager.image],
    ...['--config.file=/etc/alertmanager/alertmanager.yml', '--storage.path=/alertmanager'],
    ...['--cluster.listen-address=', `--web.listen-address=${new URL(alertmanagerUrl).host}`],
  ])
  await waitUntilReady(alertmanagerUrl, names.alertmanager)
  await openContainer(opened, names.prometheus, [
    ...['-v', `${folder}/prometheus:/etc/prometheus:ro`, '--tmpfs', '/samples:mode=1777', prometheus.image],
    ...['--config.file=/etc/prometheus/prometheus.yml', '--storage.tsdb.path=/samples'],
    `--web.listen-address=${new URL(prometheusUrl).host}`,
  ])
  await waitUntilReady(prometheusUrl, names.prometheus)
  return { prometheusUrl, deliveries: receiver.deliveries }
}
