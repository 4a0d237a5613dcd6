// `make deploy` on the running stack: nobody notices a good version, and a bad one goes again by itself.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { compose, eventually, shop } from './lab.ts'

const image = 'techmart/services:0.1.0'

async function run(command: string, args: readonly string[], env: Record<string, string> = {}, input = '') {
  const child = spawn(command, args, { env: { ...process.env, ...env } })
  child.stdin.end(input)
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code: child.exitCode, output: output + errors }
}

const deploy = (more: Record<string, string>) => run('scripts/deploy.sh', [], { SERVICE: 'api', ...more })
const idsOf = async (service: string) => (await compose('ps', '--quiet', service)).trim().split('\n')
const listMarks = async () => (await shop('/lab/marks?limit=1000')).body.marks as { kind: string; service?: string }[]
const imageId = async () => (await run('docker', ['image', 'inspect', '--format', '{{.Id}}', image])).output.trim()

/** Our image with one thing broken in it. */
async function makeBadImage(t: TestContext, name: string, breakIt: string): Promise<string> {
  const tag = `techmart/services:test-${name}`
  const lines = [`FROM ${image}`, 'USER root', `RUN ${breakIt}`, 'USER node']
  const built = await run('docker', ['build', '--tag', tag, '-'], {}, lines.join('\n'))
  assert.equal(built.code, 0, built.output)
  t.after(() => run('docker', ['rmi', '--force', tag]))
  return tag
}

/** Asks the store over and over until the function is called that it returns, which says what was answered. */
function keepAsking(path: string) {
  const statuses: number[] = []
  const stopping = new AbortController()
  const asking = Promise.all(
    Array.from({ length: 2 }, async () => {
      while (!stopping.signal.aborted) {
        statuses.push(
          await shop(path).then(
            answer => answer.status,
            () => 0,
          ),
        )
        await new Promise(resolve => setTimeout(resolve, 50))
      }
    }),
  )
  return async () => {
    stopping.abort()
    await asking
    return statuses
  }
}

test('a version that works takes the place of the old one, and no request is lost', { timeout: 240_000 }, async t => {
  const before = await idsOf('api')
  const stopAsking = keepAsking('/api/products/11')

  const { code, output } = await deploy({ IMAGE: image, WATCH_SECONDS: '12' })

  const statuses = await stopAsking()
  t.diagnostic(output.trim())
  assert.equal(code, 0, output)
  assert.deepEqual(
    statuses.filter(status => status !== 200),
    [],
  )
  assert.ok(statuses.length > 200, `${statuses.length} requests`)
  const now = await idsOf('api')
  assert.equal(now.length, before.length)
  assert.notDeepEqual(now, before)
  const seconds = Number(/stopped in ([\d.]+) s\./.exec(output)?.[1])
  assert.ok(seconds < 6, `the old one took ${seconds} s`)
  assert.match(output, /[1-9]\d* answered in 12 s, 0 failed/)
})

test('a version that does not start goes again, and nobody noticed', { timeout: 240_000 }, async t => {
  const bad = await makeBadImage(t, 'bad-start', 'rm services/api/src/app.ts')
  const [before, imageBefore] = [await idsOf('api'), await imageId()]
  const stopAsking = keepAsking('/api/products/11')

  const { code, output } = await deploy({ IMAGE: bad, WATCH_SECONDS: '12' })

  const statuses = await stopAsking()
  assert.equal(code, 1, output)
  assert.match(output, /it ended instead of getting ready/)
  assert.match(output, /app\.ts/)
  assert.deepEqual(
    statuses.filter(status => status !== 200),
    [],
  )
  assert.deepEqual(await idsOf('api'), before)
  assert.equal(await imageId(), imageBefore)
})

test('a version that starts and errs goes again', { timeout: 240_000 }, async t => {
  const breakIt = `sed -i "s/'find product',/((): string => { throw new Error('a bad version') })(),/" services/api/src/product-store.ts`
  const bad = await makeBadImage(t, 'bad-answers', breakIt)
  const before = await idsOf('api')
  const marked = await listMarks()
  const stopAsking = keepAsking('/api/products/11')

  const { code, output } = await deploy({ IMAGE: bad, WATCH_SECONDS: '30' })

  const statuses = await stopAsking()
  t.diagnostic(output.trim())
  assert.equal(code, 1, output)
  assert.match(output, /\d+ of \d+ failed/)
  assert.ok(statuses.includes(500), 'the bad version was never asked')
  assert.deepEqual(await idsOf('api'), before)
  const marks = (await listMarks()).slice(marked.length)
  assert.deepEqual(
    marks.map(({ kind, service }) => `${kind} of ${service}`),
    ['deploy of api', 'rollback of api'],
  )
  await eventually(
    async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, async () => (await shop('/api/products/11')).status))
      assert.deepEqual(new Set(answers), new Set([200]))
    },
    { withinMs: 10_000 },
  )
})

test('a service that cannot run twice is replaced in place, which is said', { timeout: 240_000 }, async t => {
  const before = await idsOf('lab')

  const { code, output } = await run('scripts/deploy.sh', [], { SERVICE: 'lab', IMAGE: image, WATCH_SECONDS: '0' })

  t.diagnostic(output.trim())
  assert.equal(code, 0, output)
  assert.match(output, /lab cannot run twice: it keeps faults and inbox in a file of its own/)
  const now = await idsOf('lab')
  assert.equal(now.length, 1)
  assert.notDeepEqual(now, before)
})

test('what cannot be deployed is refused before anything is built', async () => {
  const { code, output } = await run('scripts/deploy.sh', [], { SERVICE: 'postgres' })

  assert.equal(code, 2)
  assert.match(output, /SERVICE is 'postgres'; there are: api, /)
})
