// docs/telemetry.md is the register of all that we emit: what the services create must stand in it.
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { rootFolder } from '../lib/images.ts'
import { findHistograms } from './telemetry-register.ts'

/** metrics.counter('name', …), or prom-client's own new Counter({ name: 'name', … }). */
const creation = /(?:\.(counter|gauge|histogram)\(|new (?:Counter|Gauge|Histogram)\(\{)\s*(?:name:\s*)?'([a-z_]+)'/g

test('every metric that a service creates stands in docs/telemetry.md, and a histogram as one', async () => {
  const register = await readFile(`${rootFolder}/docs/telemetry.md`, 'utf8')
  const histograms = new Set(findHistograms(register))
  const missing: string[] = []
  let found = 0

  for await (const file of glob('services/*/src/**/*.ts', { cwd: rootFolder })) {
    for (const [, kind, name = ''] of (await readFile(`${rootFolder}/${file}`, 'utf8')).matchAll(creation)) {
      found += 1
      if (!register.includes(`\`${name}\``)) missing.push(`${name} (${file})`)
      else if ((kind === 'histogram') !== histograms.has(name)) missing.push(`${name} (${file}): a ${kind}`)
    }
  }

  assert.ok(found > 30, `only ${found} metrics were found: does the pattern still match how they are created?`)
  assert.deepEqual(missing, [])
})
