// Bad settings are refused before anything starts, all of them at once.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { test } from 'node:test'

function run(
  command: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<{ code: number; output: string }> {
  return new Promise(resolve => {
    execFile(command, args, { env: { ...process.env, ...env }, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output: stdout + stderr })
    })
  })
}

test('a port that another program has is named, with the variable that changes it', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.after(() => other.close())
  await new Promise(resolve => other.once('listening', resolve))
  const { port } = other.address() as { port: number }

  const { code, output } = await run('scripts/up.sh', [], {
    COMPOSE_PROJECT_NAME: 'techmart-port-test',
    STORE_PORT: String(port),
    LAB_COMPOSE_FILES: '',
  })

  assert.equal(code, 1)
  assert.match(output, new RegExp(`port ${port} is taken`))
  assert.match(output, /STORE_PORT=/)
})

test('wrong settings of the lab are all named at once', async () => {
  const { code, output } = await run('scripts/up.sh', [], { STORE_PORT: 'eighty', RPS: '0', SLO_SPEED: 'warp' })

  assert.equal(code, 1)
  for (const name of ['STORE_PORT', 'RPS', 'SLO_SPEED']) assert.match(output, new RegExp(`${name} is `))
})

for (const [service, missing] of Object.entries({
  api: ['DATABASE_URL', 'KAFKA_BROKERS', 'INVENTORY_URL', 'PAYMENTS_URL'],
  gateway: ['API_URL'],
  payments: ['DATABASE_URL', 'OUTSIDE_URL'],
})) {
  test(`${service} without its variables ends with 1 and names every one of them`, async () => {
    const { code, output } = await run('docker', [
      'run',
      '--rm',
      '--network',
      'none',
      '-e',
      'PORT=no-port',
      '-e',
      `OTEL_SERVICE_NAME=${service}`,
      'techmart/services:0.1.0',
      'node',
      `services/${service}/src/main.ts`,
    ])

    assert.equal(code, 1, output)
    for (const name of ['PORT', ...missing]) assert.match(output, new RegExp(`\\b${name}\\b`), output)
  })
}
