// Faults at SQL statements, by name; the server is a hand-made one that answers at once.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Fault } from '@techmart/contracts/faults'
import { isPostgresOutage } from '@techmart/platform/postgres-errors'
import { makeStatementRunner } from '@techmart/platform/postgres-statements'
import { collectSpans } from '@techmart/platform/testing'
import { buildFault, follow } from './fault-lab.ts'

async function startStatements(t: TestContext, fault: Partial<Fault>) {
  const collected = collectSpans(t)
  const { faults } = await follow(t, [buildFault({ point: 'database', target: 'find order', ...fault })])
  const run = makeStatementRunner({ url: 'postgres://lab@localhost:5432/api', faults, timeoutMs: 300 })
  let sent = 0
  const ask = async (name: string) => {
    const startedAt = performance.now()
    const error = await run(name, () => {
      sent++
      return Promise.resolve(Object.assign([{ id: 11 }], { count: 1 })) as never
    }).then(
      () => undefined,
      (thrown: unknown) => thrown as Error,
    )
    return { error, ms: performance.now() - startedAt }
  }
  return { ask, collected, sent: () => sent }
}

test('a slow statement takes its time and answers, and its span says whose doing that is', async t => {
  const { ask, collected } = await startStatements(t, { kind: 'latency', latencyMs: 120 })

  const slow = await ask('find order')
  const quick = await ask('list products')

  assert.deepEqual([slow.error, quick.error], [undefined, undefined])
  assert.ok(slow.ms >= 118, `${slow.ms} ms`)
  assert.ok(quick.ms < 118, `${quick.ms} ms`)
  assert.equal(collected.get('find order').attributes['chaos.fault'], 'payments-failing')
  assert.equal('chaos.fault' in collected.get('list products').attributes, false)
})

for (const kind of ['error', 'refuse'] as const) {
  test(`a statement under '${kind}' is not sent, and looks like a server that is away`, async t => {
    const { ask, sent } = await startStatements(t, { kind })

    const { error } = await ask('find order')

    assert.ok(isPostgresOutage(error), String(error))
    assert.equal(sent(), 0)
  })
}

test('a statement that hangs is given up as one that took too long', async t => {
  const { ask } = await startStatements(t, { kind: 'hang' })

  const { error, ms } = await ask('find order')

  assert.equal((error as { kind?: string }).kind, 'timeout')
  assert.ok(isPostgresOutage(error))
  assert.ok(ms >= 298 && ms < 3_000, `${ms} ms`)
})

test('a third of the statements fail where the ratio says so', async t => {
  const chances = [0.2, 0.4, 0.9, 0.32]
  const { faults } = await follow(t, [buildFault({ point: 'database', ratio: 0.33 })], {
    random: () => chances.shift() ?? 1,
  })
  const outcomes = []

  for (let n = 0; n < 4; n++) {
    outcomes.push(
      await faults.strike('database', { target: 'find order' }).then(
        () => 'done',
        () => 'failed',
      ),
    )
  }

  assert.deepEqual(outcomes, ['failed', 'done', 'done', 'failed'])
})
