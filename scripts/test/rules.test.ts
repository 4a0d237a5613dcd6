// The compiled rules as files: they are what the sources say, every expression parses, every alert can be understood and
// followed, and the readable cases of prometheus/tests hold.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parser } from '@prometheus-io/lezer-promql'
import { parse } from 'yaml'
import { runPromtool } from '../lib/promtool.ts'
import { compileRules } from '../slo/compile.ts'
import { durationBucketsMs } from '../slo/names.ts'
import { speedNames } from '../slo/windows.ts'
import { readCaseFiles, readCoverage, runCaseFile } from './rules-cases.ts'
import { root } from './rules-promtool.ts'

interface ParsedRule {
  readonly record?: string
  readonly alert?: string
  readonly expr: string
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
}
const compiled = await compileRules(new URL('../../', import.meta.url))
const rulesOf = (text: string): ParsedRule[] =>
  (parse(text) as { groups: { rules: ParsedRule[] }[] }).groups.flatMap(group => group.rules)
const rules = [...compiled].flatMap(([path, text]) => rulesOf(text).map(rule => ({ path, rule })))
const alerts = rules.filter(({ rule }) => rule.alert !== undefined)

function findSyntaxErrors(expr: string): string[] {
  const errors: string[] = []
  parser.parse(expr).iterate({
    enter: node => {
      if (node.type.isError) errors.push(`at ${node.from}: …${expr.slice(Math.max(0, node.from - 30), node.to + 10)}…`)
    },
  })
  return errors
}

describe('compiled rules', () => {
  test('are the committed ones', async () => {
    for (const [path, text] of compiled) {
      assert.equal(await readFile(join(root, path), 'utf8'), text, `${path} is not up to date: run make slo`)
    }
    for (const speed of speedNames) {
      const folder = `prometheus/rules/${speed}`
      const files = (await readdir(join(root, folder))).map(file => `${folder}/${file}`)
      assert.deepEqual(
        files.filter(file => !compiled.has(file)),
        [],
      )
    }
  })

  test('say that they are generated and carry no float noise', () => {
    for (const [path, text] of compiled) {
      assert.match(text, /^# Generated from prometheus\/slo by `make slo`; do not edit\.\n/, path)
      assert.doesNotMatch(text, /\d\.\d*(0{6}|9{6})\d*/, path)
    }
  })

  test('are accepted by Prometheus, none of them twice', async () => {
    for (const speed of speedNames) {
      const files = [...compiled.keys()].filter(path => path.includes(`/${speed}/`))

      const result = await runPromtool(root, ['check', 'rules', '--lint=all', '--lint-fatal', ...files])

      assert.equal(result.code, 0, result.output)
    }
  })

  test('parse, every expression of them', () => {
    for (const { path, rule } of rules) {
      assert.deepEqual(findSyntaxErrors(rule.expr), [], `${path}: ${rule.record ?? rule.alert}`)
    }
    assert.notDeepEqual(findSyntaxErrors('sum by (cuj_name (x)'), [])
  })

  test('give both speeds the same alerts, and the same series for people to read', () => {
    const namesOf = (speed: string, keep: RegExp) =>
      rules
        .filter(({ path }) => path.includes(`/${speed}/`))
        .map(({ rule }) => `${rule.alert ?? rule.record} ${JSON.stringify(rule.labels ?? {})}`)
        .filter(name => keep.test(name))
        .map(name => name.replace(/,"window":"\w+"/, ''))
        .sort()

    const forPeople = /^([A-Z]|slo:(leg|tier|current|objective|error_budget|latency|period:|period_))/
    assert.deepEqual(namesOf('lab', forPeople), namesOf('real', forPeople))
    assert.equal(namesOf('real', /^JourneyBurns/).length, 4)
  })

  test('read the buckets that the collector fills', async () => {
    const config = parse(await readFile(join(root, 'collector/config.yaml'), 'utf8')) as {
      connectors: { span_metrics: { histogram: { explicit: { buckets: string[] } } } }
    }
    const toMs = (bound: string) => Number.parseFloat(bound) * (bound.endsWith('ms') ? 1 : 1_000)

    assert.deepEqual(config.connectors.span_metrics.histogram.explicit.buckets.map(toMs), [...durationBucketsMs])
  })
})

describe('every alert', () => {
  for (const name of new Set(alerts.map(({ rule }) => rule.alert as string))) {
    test(`${name} says what happens and what to open`, () => {
      for (const { rule } of alerts.filter(one => one.rule.alert === name)) {
        assert.match(rule.labels?.severity ?? '', /^(critical|warning|ticket|none)$/)
        assert.match(rule.annotations?.runbook_url ?? '', new RegExp(`/runbooks/${name}$`))
        assert.match(rule.annotations?.dashboard_url ?? '', /\/d\/slo-overview\?/)
        assert.match(rule.annotations?.query_url ?? '', /^\{\{ \$externalURL \}\}/)
        assert.ok((rule.annotations?.summary ?? '').length > 20)
        assert.ok((rule.annotations?.description ?? '').length > 40)
      }
    })

    test(`${name} has a runbook, whose queries parse`, async () => {
      const text = await readFile(join(root, 'docs/runbooks', `${name}.md`), 'utf8')
      const queries = [...text.matchAll(/```promql\n([\s\S]*?)```/g)].map(([, query]) => query as string)

      assert.match(text, new RegExp(`^# ${name}\n`))
      for (const heading of ['What the customer feels', 'First query', 'Likely causes', 'Stop the bleeding']) {
        assert.match(text, new RegExp(`^## ${heading}$`, 'm'), heading)
      }
      assert.notEqual(queries.length, 0)
      for (const query of queries) assert.deepEqual(findSyntaxErrors(query.trim()), [], query)
    })
  }

  test('is the only thing that has a runbook', async () => {
    const names = new Set(alerts.map(({ rule }) => `${rule.alert}.md`))
    const files = (await readdir(join(root, 'docs/runbooks'))).filter(file => file !== 'README.md')

    assert.deepEqual(
      files.filter(file => !names.has(file)),
      [],
    )
  })

  test('stands in the table of the runbooks, with its severity', async () => {
    const table = await readFile(join(root, 'docs/runbooks/README.md'), 'utf8')
    const rows = [...table.matchAll(/^\| \[(\w+)\]\(\1\.md\) \| (\w+) \|/gm)].map(row => `${row[1]} ${row[2]}`)

    assert.deepEqual(
      rows.sort(),
      [...new Set(alerts.map(({ rule }) => `${rule.alert} ${rule.labels?.severity}`))].sort(),
    )
  })
})

const caseFiles = await readCaseFiles()

describe('the readable cases', { concurrency: 2 }, () => {
  for (const caseFile of caseFiles) {
    for (const speed of caseFile.speeds) {
      test(`of prometheus/tests/${caseFile.file} hold at the speed ${speed}`, async t => {
        const result = await runCaseFile(t, caseFile, speed)

        assert.equal(result.code, 0, result.output)
      })
    }
  }

  test('fire every alert there is, and hold every one silent', () => {
    const covered = caseFiles.map(({ text }) => readCoverage(text))
    const names = [...new Set(alerts.map(({ rule }) => rule.alert as string))]
    const without = (kind: 'firing' | 'silent') => names.filter(name => !covered.some(one => one[kind].has(name)))

    assert.deepEqual(without('firing'), [])
    // The dead man's switch has nothing to be silent about.
    assert.deepEqual(without('silent'), ['Watchdog'])
  })
})
