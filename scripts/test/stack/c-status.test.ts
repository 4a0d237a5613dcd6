// `make status` of the running lab: every part is named, and every service has spoken lately in every way that it speaks.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { eventually } from './lab.ts'

const run = promisify(execFile)
const services = ['gateway', 'api', 'inventory', 'payments', 'users', 'notifications', 'product-worker', 'lab']

test('make status shows each part healthy, and the age of the last span, line and scrape of each service', async t => {
  await eventually(
    async () => {
      const { stdout } = await run('scripts/status.sh', { timeout: 60_000 })
      t.diagnostic(stdout)
      for (const part of [...services, 'postgres', 'kafka', 'prometheus'])
        assert.match(stdout, new RegExp(`^${part} +running +healthy +[\\d.]+MiB`, 'm'))
      for (const service of services)
        assert.match(
          stdout,
          new RegExp(`^${service} +\\d{1,2} s +\\d+ (s|min) +\\d{1,2} s$`, 'm'),
          `${service} is silent`,
        )
    },
    { withinMs: 60_000, everyMs: 5_000 },
  )
})
