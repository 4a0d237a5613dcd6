// The lab and its followers as processes of their own; the lab is killed in the middle of their faults.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Fault, FaultRecord, FaultRequest } from '@techmart/contracts/faults'
import { eventually } from '@techmart/platform/testing'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

async function findPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

function run(t: TestContext, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  child.stdout.on('data', chunk => {
    output += chunk
  })
  return { child, output: () => output }
}

async function startLab(t: TestContext, folder: string, port: number) {
  const env = {
    PORT: String(port),
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    DATABASE_URL: '',
    KAFKA_BROKERS: '',
    ALERTMANAGER_URL: '',
  }
  const { child } = run(t, [here('../src/main.ts')], env)
  const url = `http://127.0.0.1:${port}`
  await eventually(async () => assert.equal((await fetch(`${url}/health`)).status, 200), { withinMs: 30_000 })
  return { url, kill: () => child.kill('SIGKILL') }
}

async function startFollower(t: TestContext, name: string, labUrl: string) {
  const { output } = run(t, [here('follower-process.ts'), name, labUrl])
  const port = await eventually(
    () => {
      const said = /^port (\d+)$/m.exec(output())?.[1]
      assert.ok(said, `${name} has not started`)
      return said
    },
    { withinMs: 30_000 },
  )
  return {
    status: async () => (await fetch(`http://127.0.0.1:${port}/lamp`)).status,
    activeFaults: async () => {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
      return [...text.matchAll(/^faults_active\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
    },
  }
}

test('a lab that is killed leaves no fault behind, anywhere, and remembers their ends', {
  timeout: 90_000,
}, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const port = await findPort()
  const lab = await startLab(t, folder, port)
  const [payments, inventory, users] = await Promise.all(
    ['payments', 'inventory', 'users'].map(name => startFollower(t, name, lab.url)),
  )
  assert.ok(payments && inventory && users)
  const common = { scenario: 'all-at-once', ratio: 1, reason: 'a test', durationSeconds: 8 }
  const list: Omit<FaultRequest, keyof typeof common>[] = [
    { service: 'payments', point: 'http-server', kind: 'error' },
    { service: 'inventory', point: 'process', kind: 'block-loop', latencyMs: 50 },
    { service: 'users', point: 'consumer', kind: 'stop' },
    { service: 'users', point: 'process', kind: 'leak-memory', leak: { maxMegabytes: 5, megabytesPerSecond: 1 } },
  ]
  const faults: Fault[] = []
  for (const fault of list) {
    const body = JSON.stringify({ ...common, ...fault })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${lab.url}/lab/faults`, { method: 'POST', headers, body })
    assert.equal(answer.status, 201)
    faults.push((await answer.json()) as Fault)
  }
  const counts = () => Promise.all([payments, inventory, users].map(one => one.activeFaults()))
  await eventually(async () => assert.deepEqual(await counts(), [1, 1, 2]), { withinMs: 5_000 })

  lab.kill()
  const endMs = Math.max(...faults.map(({ endsAt }) => Date.parse(endsAt)))
  assert.equal(await payments.status(), 503)
  await eventually(async () => assert.deepEqual(await counts(), [0, 0, 0]), { withinMs: endMs + 2_000 - Date.now() })
  const overMs = Date.now() - endMs

  assert.equal(await payments.status(), 200)
  assert.ok(overMs > -500, `the last fault ended ${-overMs} ms too early`)
  t.diagnostic(`all were over ${overMs} ms after the last end, as seen from outside`)
  await startLab(t, folder, port)
  await eventually(
    async () => {
      const records = (await (await fetch(`${lab.url}/lab/fault-records`)).json()) as { faults: FaultRecord[] }
      assert.deepEqual(
        records.faults.map(({ endedAt, endedBy }) => [endedAt, endedBy]),
        faults.map(({ endsAt }) => [endsAt, 'time']),
      )
    },
    { withinMs: 5_000 },
  )
})
