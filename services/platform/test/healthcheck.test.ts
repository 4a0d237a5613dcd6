import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { listen } from '@techmart/platform/http-app'
import { buildTestApp } from '@techmart/platform/testing'

const script = fileURLToPath(new URL('../healthcheck.sh', import.meta.url))

const probe = (...args: string[]): Promise<boolean> =>
  new Promise(resolve => execFile('bash', [script, ...args], error => resolve(error === null)))

test('the probe succeeds on 200 and on nothing else', async t => {
  let ready = true
  const app = buildTestApp(t, { readiness: async () => ({ ready, dependencies: {} }) })
  const { port } = await listen(app, 0, { drainWaitMs: 0 })

  const whenReady = await probe(String(port))
  ready = false
  const whenNot = await probe(String(port))

  assert.equal(whenReady, true)
  assert.equal(whenNot, false)
  assert.equal(await probe(String(port), '/health'), true)
  assert.equal(await probe(String(port), '/nowhere'), false)
  assert.equal(await probe('59999'), false)
})
