// Where alerts go, by amtool: the file as it is, and with each receiver of one's own uncommented.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { runAmtool } from '../lib/promtool.ts'
import { makeFolder, root } from './rules-promtool.ts'

const folder = join(root, 'alertmanager')
const config = await readFile(join(folder, 'alertmanager.yml'), 'utf8')

describe('alertmanager.yml', { concurrency: 2 }, () => {
  test('is accepted by Alertmanager', async () => {
    const result = await runAmtool(folder, ['check-config', 'alertmanager.yml'])

    assert.equal(result.code, 0, result.output)
  })

  const routes = [
    ['dead-man', 'alertname=Watchdog', 'severity=none'],
    ['page', 'alertname=JourneyBurnsFast', 'severity=critical', 'cuj_name=checkout', 'slo=availability'],
    ['warning', 'alertname=JourneyBurnsSlowly', 'severity=warning', 'cuj_name=checkout', 'slo=latency'],
    ['ticket', 'alertname=JourneyBurnsSteadily', 'severity=ticket', 'cuj_name=checkout', 'slo=latency'],
    ['ticket', 'alertname=JourneyBurnsTrickle', 'severity=ticket', 'cuj_name=a-new-one', 'slo=availability'],
    ['page', 'alertname=CollectorDown', 'severity=critical', 'job=otel-collector'],
    ['warning', 'alertname=ServiceDown', 'severity=warning', 'job=payments'],
    ['ticket', 'alertname=SomethingOfYours', 'severity=ticket'],
    ['inbox', 'alertname=SomethingOfYours', 'severity=odd'],
    ['inbox', 'alertname=SomethingOfYours', 'cuj_name=checkout'],
  ] as const
  for (const [receiver, ...labels] of routes) {
    test(`${labels.join(' ')} goes to ${receiver}`, async () => {
      const args = ['config', 'routes', 'test', '--config.file=alertmanager.yml', `--verify.receivers=${receiver}`]

      const result = await runAmtool(folder, [...args, ...labels])

      assert.equal(result.code, 0, result.output)
    })
  }

  for (const name of ['slack', 'mail', 'pagerduty']) {
    test(`is accepted with the ${name} receiver uncommented`, async t => {
      const [, block = ''] = new RegExp(`^ *#: ${name}\\n((?: *# .*\\n)+)`, 'm').exec(config) ?? []
      assert.notEqual(block, '', `no commented block '#: ${name}'`)
      const uncommented = config.replace(block, block.replace(/^( *)# /gm, '$1'))
      assert.notDeepEqual(parse(uncommented), parse(config))
      const changed = await makeFolder(t)
      await writeFile(join(changed, 'alertmanager.yml'), uncommented)

      const result = await runAmtool(changed, ['check-config', 'alertmanager.yml'])

      assert.equal(result.code, 0, result.output)
    })
  }

  interface Route {
    readonly group_by?: readonly string[]
    readonly group_wait?: string
    readonly group_interval?: string
    readonly repeat_interval?: string
    readonly receiver: string
    readonly matchers?: readonly string[]
    readonly routes?: readonly Route[]
  }
  const { route, inhibit_rules: inhibitions } = parse(config) as {
    route: Route
    inhibit_rules: { source_matchers: string[]; target_matchers: string[]; equal?: string[] }[]
  }
  const all = (from: Route): Route[] => [from, ...(from.routes ?? []).flatMap(all)]

  test('a page waits for nothing, and "resolved" for seconds', () => {
    const pages = all(route).filter(one => one.receiver === 'page')

    assert.deepEqual(
      pages.map(one => one.group_wait),
      ['0s', '0s'],
    )
    assert.equal(route.group_interval, '5s')
  })

  test('alerts of a journey are grouped by journey and SLO', () => {
    const journeys = all(route).find(one => one.matchers?.includes('cuj_name =~ ".+"'))

    assert.deepEqual(journeys?.group_by, ['cuj_name', 'slo'])
  })

  test('a cause mutes the journeys that it explains, and no cause', () => {
    const mutedBy = (alertname: string) =>
      inhibitions
        .filter(({ source_matchers }) => source_matchers.includes(`alertname = ${alertname}`))
        .flatMap(({ target_matchers }) => target_matchers)

    assert.deepEqual(mutedBy('PostgresDown'), ['cuj_name =~ ".+"'])
    assert.deepEqual(mutedBy('KafkaDown'), ['cuj_name =~ "product-upload|product-upload-job"'])
    assert.deepEqual(mutedBy('CollectorDown'), ['alertname = JourneysNotCounted'])
  })

  test('both sides of every inhibition name a journey: a label missing on both would count as equal', () => {
    const byJourney = inhibitions.filter(({ equal }) => equal !== undefined)
    assert.equal(byJourney.length, 3)
    for (const { source_matchers, target_matchers } of byJourney) {
      assert.ok(source_matchers.includes('cuj_name =~ ".+"'))
      assert.ok(target_matchers.includes('cuj_name =~ ".+"'))
    }
  })
})
