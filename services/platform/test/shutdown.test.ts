// The end of a service, seen from outside: child processes and real signals.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { eventually } from '@techmart/platform/testing'

type Behaviour = 'orderly' | 'stuck' | 'fails at start' | 'fails later' | 'fails at close'

function startProcess(t: TestContext, behaviour: Behaviour, limitMs = 2_000) {
  const main = fileURLToPath(new URL('fixtures/stoppable.ts', import.meta.url))
  const child: ChildProcess = spawn(process.execPath, [main, behaviour, String(limitMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  let output = ''
  child.stdout?.on('data', chunk => {
    output += chunk
  })
  const messages = () =>
    output
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as { message: string; open?: string[] })
  return {
    messages,
    says: (message: string) =>
      eventually(() => assert.ok(messages().some(line => line.message === message)), { withinMs: 15_000 }),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    exitCode: async () => {
      if (child.exitCode !== null) return child.exitCode
      const [code] = (await once(child, 'close', { signal: AbortSignal.timeout(8_000) })) as [number]
      return code
    },
  }
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} turns readiness off first, then closes in reverse order, and ends with 0`, async t => {
    const service = startProcess(t, 'orderly')
    await service.says('started')

    service.kill(signal)

    assert.equal(await service.exitCode(), 0)
    assert.deepEqual(
      service.messages().map(line => line.message),
      ['started', 'stopping', 'readiness off', 'consumer closed', 'HTTP closed', 'pool closed', 'stopped'],
    )
  })
}

test('the limit ends a process that hangs, with 1, and says what was still open', async t => {
  const service = startProcess(t, 'stuck', 300)
  await service.says('started')

  service.kill('SIGTERM')

  assert.equal(await service.exitCode(), 1)
  const last = service.messages().at(-1)
  assert.match(last?.message ?? '', /not closed within 300 ms/)
  assert.deepEqual(last?.open, ['the pool', 'the HTTP server'])
})

test('a second signal ends the process at once, with 1, and says what was still open', async t => {
  const service = startProcess(t, 'stuck', 60_000)
  await service.says('started')

  service.kill('SIGTERM')
  await service.says('consumer closed')
  service.kill('SIGTERM')

  assert.equal(await service.exitCode(), 1)
  assert.deepEqual(service.messages().at(-1)?.open, ['the pool', 'the HTTP server'])
})

test('a start that fails closes what was opened and ends with 1', async t => {
  const service = startProcess(t, 'fails at start')

  assert.equal(await service.exitCode(), 1)
  assert.deepEqual(
    service.messages().map(line => line.message),
    ['start failed', 'readiness off', 'pool closed', 'stopped'],
  )
})

test('a failure that nobody caught takes the same road and ends with 1', async t => {
  const service = startProcess(t, 'fails later')

  assert.equal(await service.exitCode(), 1)
  assert.deepEqual(
    service.messages().map(line => line.message),
    [
      'started',
      'a rejection nobody handled',
      'readiness off',
      'consumer closed',
      'HTTP closed',
      'pool closed',
      'stopped',
    ],
  )
})

test('a part that cannot be closed does not keep the others open, and the end is 1', async t => {
  const service = startProcess(t, 'fails at close')
  await service.says('started')

  service.kill('SIGTERM')

  assert.equal(await service.exitCode(), 1)
  assert.deepEqual(
    service.messages().map(line => line.message),
    ['started', 'stopping', 'readiness off', 'consumer closed', 'pool closed', 'closing failed'],
  )
})
