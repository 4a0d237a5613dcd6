// Where alerts go, by amtool: the file as it is, and with each receiver of one's own uncommented.
import assert from 'node:assert/strict'
import { cp, glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parse } from 'yaml'
import { runAmtool } from '../lib/promtool.ts'
import { findBlock, uncomment } from './delivery-uncomment.ts'
import { makeFolder, root } from './rules-promtool.ts'

const folder = join(root, 'alertmanager')
const config = await readFile(join(folder, 'alertmanager.yml'), 'utf8')

interface AlertingRule {
  readonly alert?: string
  readonly labels?: { readonly severity?: string }
}

/** Severity by alert, of every alert that the compiled rules have. */
async function readSeverities(): Promise<Map<string, string>> {
  const severities = new Map<string, string>()
  for await (const file of glob('prometheus/rules/real/*.yml', { cwd: root })) {
    const { groups } = parse(await readFile(join(root, file), 'utf8')) as { groups: { rules: AlertingRule[] }[] }
    for (const { alert, labels } of groups.flatMap(({ rules }) => rules))
      if (alert) severities.set(alert, labels?.severity ?? '')
  }
  return severities
}
const severities = await readSeverities()
const receivers: Readonly<Record<string, string>> = {
  critical: 'page',
  warning: 'warning',
  ticket: 'ticket',
  none: 'dead-man',
}

describe('alertmanager.yml', { concurrency: 2 }, () => {
  test('is accepted by Alertmanager, with its templates', async () => {
    const result = await runAmtool(folder, ['check-config', 'alertmanager.yml'])

    assert.equal(result.code, 0, result.output)
    assert.match(result.output, /1 templates/)
  })

  const routes = [
    ['dead-man', 'alertname=Watchdog', 'severity=none'],
    ['page', 'alertname=JourneyBurnsFast', 'severity=critical', 'cuj_name=checkout', 'slo=availability'],
    ['page', 'alertname=JourneyBurnsFast', 'severity=critical', 'cuj_name=product-upload-job', 'slo=freshness'],
    ['warning', 'alertname=JourneyBurnsSlowly', 'severity=warning', 'cuj_name=checkout', 'slo=latency'],
    ['ticket', 'alertname=JourneyBurnsSteadily', 'severity=ticket', 'cuj_name=checkout', 'slo=payment'],
    ['ticket', 'alertname=JourneyBurnsTrickle', 'severity=ticket', 'cuj_name=a-new-one', 'slo=availability'],
    ['warning', 'alertname=JourneyVanished', 'severity=warning', 'cuj_name=checkout', 'slo=availability'],
    ['page', 'alertname=CollectorDown', 'severity=critical', 'job=otel-collector'],
    ['warning', 'alertname=ServiceDown', 'severity=warning', 'job=payments'],
    ['ticket', 'alertname=SomethingOfYours', 'severity=ticket'],
    ['inbox', 'alertname=SomethingOfYours', 'severity=odd'],
    ['inbox', 'alertname=SomethingOfYours', 'cuj_name=checkout'],
    ...[...severities].map(([alert, severity]) => [receivers[severity], `alertname=${alert}`, `severity=${severity}`]),
  ]
  for (const [receiver, ...labels] of routes) {
    test(`${labels.join(' ')} goes to ${receiver}`, async () => {
      const args = ['config', 'routes', 'test', '--config.file=alertmanager.yml', `--verify.receivers=${receiver}`]

      const result = await runAmtool(folder, [...args, ...labels.map(String)])

      assert.equal(result.code, 0, result.output)
    })
  }

  for (const name of ['slack', 'mail', 'pagerduty']) {
    test(`is accepted with the ${name} receiver uncommented`, async t => {
      const uncommented = uncomment(config, name)
      assert.notDeepEqual(parse(uncommented), parse(config))
      const changed = await makeFolder(t)
      await cp(folder, changed, { recursive: true })
      await writeFile(join(changed, 'alertmanager.yml'), uncommented)

      const result = await runAmtool(changed, ['check-config', 'alertmanager.yml'])

      assert.equal(result.code, 0, result.output)
    })

    // A name that no template has fails at the moment of delivery only.
    test(`has no words of its own in the ${name} receiver`, async () => {
      const used = [...findBlock(config, name).matchAll(/\{\{(.*?)\}\}/g)].map(match => match[1]?.trim() ?? '')
      const templates = await readFile(join(folder, 'templates/techmart.tmpl'), 'utf8')
      assert.ok(used.length >= 2)
      for (const call of used) {
        const [, template] = /^template "(techmart\.\w+)" \.$/.exec(call) ?? []
        assert.ok(template, `{{ ${call} }} does not call a template of ours`)
        assert.ok(templates.includes(`{{ define "${template}"`), `no template is named ${template}`)
      }
    })
  }

  interface Inhibition {
    readonly source_matchers: readonly string[]
    readonly target_matchers: readonly string[]
    readonly equal?: readonly string[]
  }
  interface Route {
    readonly group_by?: readonly string[]
    readonly matchers?: readonly string[]
    readonly routes?: readonly Route[]
  }
  const { route, inhibit_rules: inhibitions } = parse(config) as { route: Route; inhibit_rules: Inhibition[] }

  test('alerts of a journey are grouped by journey and SLO', () => {
    const journeys = route.routes?.find(({ matchers }) => matchers?.includes('cuj_name =~ ".+"'))

    assert.deepEqual(journeys?.group_by, ['cuj_name', 'slo'])
  })

  const namedIn = (matchers: readonly string[]): string[] =>
    matchers.flatMap(matcher => /^alertname =~? "?([A-Za-z|]+)"?$/.exec(matcher)?.[1]?.split('|') ?? [])

  test('what pages is muted only by what pages', () => {
    const order = ['none', 'ticket', 'warning', 'critical']
    const worstOf = (matchers: readonly string[]): string => {
      const named = namedIn(matchers).map(name => severities.get(name) ?? assert.fail(`no rule is named ${name}`))
      const stated = matchers.flatMap(matcher => /^severity =~? (.+)$/.exec(matcher)?.[1]?.split('|') ?? [])
      // Neither named nor stated: any severity.
      const all = [...named, ...stated, ...(named.length + stated.length === 0 ? ['critical'] : [])]
      return all.map(word => word.replaceAll('"', '')).sort((a, b) => order.indexOf(b) - order.indexOf(a))[0] ?? ''
    }
    assert.ok(inhibitions.flatMap(({ source_matchers }) => namedIn(source_matchers)).length >= 5)
    for (const { source_matchers, target_matchers } of inhibitions) {
      if (worstOf(target_matchers) === 'critical')
        assert.equal(worstOf(source_matchers), 'critical', `${source_matchers} mutes ${target_matchers}`)
    }
  })

  test('each alert that is muted by its name is in the rules', () => {
    const targets = inhibitions.flatMap(({ target_matchers }) => namedIn(target_matchers))

    assert.ok(targets.length >= 5)
    for (const target of targets) assert.ok(severities.has(target), target)
  })

  test('no alert can mute the one that mutes it', () => {
    const pairs = inhibitions.flatMap(({ source_matchers, target_matchers }) =>
      namedIn(source_matchers).flatMap(source => namedIn(target_matchers).map(target => `${source} ${target}`)),
    )
    for (const pair of pairs) assert.ok(!pairs.includes(pair.split(' ').reverse().join(' ')), pair)
  })

  test('both sides of an inhibition have a label that must be equal: missing on both would count as equal', () => {
    const withEqual = inhibitions.filter(({ equal }) => equal !== undefined)
    assert.ok(withEqual.length >= 3)
    for (const { source_matchers, target_matchers, equal = [] } of withEqual) {
      for (const matchers of [source_matchers, target_matchers])
        assert.ok(
          equal.some(label => matchers.includes(`${label} =~ ".+"`)),
          `${matchers} lacks one of ${equal}`,
        )
    }
  })
})
