// A first start with sample data, by Compose and in its containers: a small lab of its own, nothing but Prometheus and what runs
// before it. What the data are like and how the seam behaves is tested in scripts/test/history.test.ts.

import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'
import { findFreePort } from '../../lib/free-port.ts'
import { ask, eventually } from './lab.ts'

const run = promisify(execFile)

/** Prometheus alone, with volumes of its own; `up` is what a person does who starts the lab. */
async function makeSmallLab(t: TestContext, history: 'on' | 'off') {
  const port = await findFreePort()
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: `techmart-test-history-${history}`,
    PROMETHEUS_PORT: String(port),
    HISTORY: history,
    SLO_SPEED: 'real',
  }
  const compose = async (...args: string[]) => {
    const { stdout } = await run(
      'docker',
      ['compose', '--project-directory', '.', '-f', 'docker-compose.yml', ...args],
      {
        env,
        timeout: 240_000,
      },
    )
    return stdout
  }
  t.after(() => compose('down', '--volumes', '--timeout', '5'))
  return {
    up: () => compose('up', '--detach', '--no-build', 'prometheus'),
    said: () => compose('logs', '--no-log-prefix', 'history-writer', 'history-loader'),
    async budgets(): Promise<readonly number[]> {
      const query = encodeURIComponent('slo:period_error_budget_remaining:ratio')
      const { body } = await ask(`http://127.0.0.1:${port}/api/v1/query?query=${query}`)
      return body.data.result.map((one: { value: [number, string] }) => Number(one.value[1]))
    },
  }
}

test('a first start has a month behind it, and a second start adds nothing', async t => {
  const lab = await makeSmallLab(t, 'on')

  await lab.up()
  const budgets = await eventually(
    async () => {
      const found = await lab.budgets()
      assert.ok(found.length >= 7, `${found.length} budgets`)
      return found
    },
    { withinMs: 60_000 },
  )
  await lab.up()
  const said = await lab.said()

  assert.ok(
    budgets.every(left => left > 0 && left < 1),
    budgets.join(' '),
  )
  assert.equal(said.match(/Sample data: \d+ samples of \d+ series/g)?.length, 1, said)
  assert.match(said, /Prometheus has data already/)
})

test('with HISTORY=off the store of a first start is empty', async t => {
  const lab = await makeSmallLab(t, 'off')

  await lab.up()

  assert.match(await lab.said(), /HISTORY=off: the lab starts without sample data/)
  await eventually(async () => assert.deepEqual(await lab.budgets(), []), { withinMs: 30_000 })
})
