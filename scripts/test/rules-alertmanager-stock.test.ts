// The baseline of bench/time-to-page: the same rules and routes, at stock intervals, and nothing that touches the measured ones.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { parse } from 'yaml'
import { toPrometheusConfig, toStockAlertmanager, toStockRules } from '../../bench/time-to-page/stock-config.ts'
import { formatTable, toMedian } from '../../bench/time-to-page/table.ts'
import { runAmtool, runPromtool } from '../lib/promtool.ts'
import { makeFolder, root } from './rules-promtool.ts'

const rules = await readFile(join(root, 'prometheus/rules/real/slo-fast.yml'), 'utf8')
const routes = await readFile(join(root, 'alertmanager/alertmanager.yml'), 'utf8')

async function write(t: TestContext): Promise<string> {
  const folder = await makeFolder(t)
  await mkdir(join(folder, 'rules'))
  await writeFile(join(folder, 'rules/slo-fast.yml'), toStockRules(rules))
  await writeFile(join(folder, 'alertmanager.yml'), toStockAlertmanager(routes, 'http://127.0.0.1:9099'))
  const externalLabels = { store_url: 'http://localhost:8080' }
  const urls = { readFrom: 'http://localhost:9090', alertmanager: 'http://127.0.0.1:9098' }
  await writeFile(join(folder, 'prometheus.yml'), toPrometheusConfig({ ...urls, externalLabels }))
  return folder
}

describe('the stock intervals beside a measured lab', { concurrency: 2 }, () => {
  test('Prometheus accepts them: one evaluation a minute, the samples of the other one', async t => {
    const folder = await write(t)

    const result = await runPromtool(folder, ['check', 'config', '--syntax-only', 'prometheus.yml'])
    const checked = await runPromtool(folder, ['check', 'rules', 'rules/slo-fast.yml'])

    assert.equal(result.code, 0, result.output)
    assert.equal(checked.code, 0, checked.output)
    const text = await readFile(join(folder, 'rules/slo-fast.yml'), 'utf8')
    assert.doesNotMatch(text, /^ *interval:/m)
  })

  test('no recorded series has the name of a measured one, and every sample counted is the measured one’s', () => {
    const ours = parse(rules).groups[0].rules as { record?: string }[]
    const stock = parse(toStockRules(rules)).groups[0].rules as { record?: string; alert?: string; expr: string }[]
    const recorded = new Set(ours.flatMap(({ record }) => record ?? []))

    assert.equal(stock.length, ours.length)
    assert.ok(recorded.size > 5)
    for (const { record, expr } of stock) {
      assert.ok(!recorded.has(record ?? ''), record)
      assert.doesNotMatch(expr, /(?<!stock_)\b(slo|techmart):[a-z]/)
    }
    const expressions = stock.map(({ expr }) => expr).join('\n')
    assert.match(expressions, /techmart_calls_total\{/)
    assert.equal(stock.filter(({ alert }) => alert === 'JourneyBurnsFast').length, 1)
  })

  test('Alertmanager accepts its own waits, with the same routes and receivers of the bench', async t => {
    const folder = await write(t)

    const result = await runAmtool(folder, ['check-config', 'alertmanager.yml'])

    assert.equal(result.code, 0, result.output)
    const text = await readFile(join(folder, 'alertmanager.yml'), 'utf8')
    assert.doesNotMatch(text, /group_wait|group_interval|repeat_interval|lab:3007/)
    assert.match(text, /http:\/\/127\.0\.0\.1:9099\/hooks\/alerts/)
    assert.equal(parse(text).inhibit_rules.length, parse(routes).inhibit_rules.length)
  })

  test('the table has medians and says how many times longer stock intervals take', () => {
    const trial = { hourTotal: 5301.6, warmth: 0.984, stockResolved: undefined, resolved: 300 }
    const lines = formatTable(
      [
        { ...trial, firing: 52, inbox: 53, stockFiring: 80, stockInbox: 110 },
        { ...trial, firing: 56, inbox: 57, stockFiring: 100, stockInbox: 130 },
        { ...trial, firing: 53, inbox: 54, stockFiring: 78, stockInbox: 108 },
      ],
      51.84,
      'Machine: a small one.',
    )

    assert.equal(lines[2], '| 1 | 5302 (98 %) | 52.0 | 53.0 | 80.0 | 110.0 | 300.0 |')
    assert.equal(lines[5], '| median |  | 53.0 | 54.0 | 80.0 | 110.0 | 300.0 |')
    assert.match(
      lines.join('\n'),
      /51\.84 s\.\nAt stock intervals the page takes 2\.04 times as long \(medians\)\.\nMachine/,
    )
  })

  test('a median of an even number is the mean of the middle two, and there is none where a trial has no value', () => {
    assert.equal(toMedian([4, 1, 3, 2]), 2.5)
    assert.equal(toMedian([3, 1, 2]), 2)
    assert.equal(toMedian([3, undefined, 2]), undefined)
    assert.equal(toMedian([]), undefined)
  })
})
