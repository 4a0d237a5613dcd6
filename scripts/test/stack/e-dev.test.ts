// `make dev` on the running stack: the service's container with the sources of this folder, watched, inspected, and put back.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { utimes } from 'node:fs/promises'
import { test } from 'node:test'
import { findFreePort } from '../../lib/free-port.ts'
import { ask, compose, eventually } from './lab.ts'

const service = 'outside-world'

const isHealthy = () =>
  eventually(async () => assert.equal((await compose('ps', '--format', '{{.Health}}', service)).trim(), 'healthy'), {
    withinMs: 60_000,
    everyMs: 500,
  })

test('a service runs from the sources, starts again when one changes, and goes back to its image', {
  timeout: 240_000,
}, async t => {
  const image = async () => JSON.parse(await compose('ps', '--format', 'json', service)).Image
  const before = await image()
  const inspectPort = await findFreePort()
  const env = { ...process.env, SERVICE: service, INSPECT_PORT: String(inspectPort) }
  const dev = spawn('scripts/dev.sh', [], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  t.after(() => dev.kill('SIGKILL'))
  let output = ''
  for (const stream of [dev.stdout, dev.stderr]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  await eventually(async () => assert.match(output, /runs from services\//), { withinMs: 60_000 })
  await isHealthy()

  await eventually(
    async () => {
      const { body } = await ask(`http://127.0.0.1:${inspectPort}/json/list`)
      assert.ok(body.some((target: { url: string }) => target.url.endsWith(`services/${service}/src/main.ts`)))
    },
    { withinMs: 15_000 },
  )
  await utimes(`services/${service}/src/chance.ts`, new Date(), new Date())
  await eventually(async () => assert.match(output, /Restarting/), { withinMs: 20_000 })
  await isHealthy()
  dev.kill('SIGINT')
  const [code] = (await once(dev, 'close')) as [number]

  assert.equal(code, 0, output)
  await isHealthy()
  assert.equal(await image(), before)
  await assert.rejects(fetch(`http://127.0.0.1:${inspectPort}/json/list`))
})
