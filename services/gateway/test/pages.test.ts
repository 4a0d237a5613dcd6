import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startEdge, startUpstream } from './edge.ts'

async function makeRunbooks(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'runbooks-'))
  t.after(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, 'JourneyBurnsFast.md'), '# Look here <first>\n')
  return folder
}

test('a runbook is markdown for a program and a page for a browser', async t => {
  const edge = await startEdge(t, {}, { RUNBOOKS_DIR: await makeRunbooks(t) })
  const url = `${edge.url}/runbooks/JourneyBurnsFast`

  const plain = await fetch(url)
  const page = await fetch(url, { headers: { accept: 'text/html,*/*' } })

  assert.match(plain.headers.get('content-type') ?? '', /^text\/markdown/)
  assert.equal(await plain.text(), '# Look here <first>\n')
  assert.match(await page.text(), /<pre># Look here &#60;first&#62;/)
})

test('there is no way out of the folder of runbooks, and no runbook is 404 in our shape', async t => {
  const edge = await startEdge(t, {}, { RUNBOOKS_DIR: await makeRunbooks(t) })

  for (const [name, status, error] of [
    ['Nothing', 404, 'not_found'],
    ['..%2F..%2FREADME', 400, 'invalid'],
    ['..%5CREADME', 400, 'invalid'],
    ['JourneyBurnsFast.md', 404, 'not_found'],
    ['a%00b', 404, 'not_found'],
    ['%2Fetc%2Fpasswd', 404, 'not_found'],
  ] as const) {
    const reply = await fetch(`${edge.url}/runbooks/${name}`)
    assert.equal(reply.status, status, name)
    assert.equal(((await reply.json()) as { error: string }).error, error)
  }
})

test('health names every dependency and what it says of its own', async t => {
  const startHealthy = (health: object) =>
    startUpstream(t, (_request, reply) => {
      reply.setHeader('content-type', 'application/json')
      reply.end(JSON.stringify(health))
    })
  const edge = await startEdge(t, {
    apiUrl: await startHealthy({ service: 'api', status: 'degraded', dependencies: { postgres: 'up', kafka: 'down' } }),
    inventoryUrl: await startHealthy({ service: 'inventory', status: 'ok', dependencies: { postgres: 'up' } }),
    labUrl: await startHealthy({ service: 'lab', status: 'ok', dependencies: {} }),
  })

  const reply = await fetch(`${edge.url}/api/health`)

  assert.equal(reply.status, 200)
  assert.deepEqual(await reply.json(), {
    service: 'gateway',
    status: 'degraded',
    dependencies: {
      api: { status: 'degraded', dependencies: { postgres: 'up', kafka: 'down' } },
      users: { status: 'down' },
      inventory: { status: 'up', dependencies: { postgres: 'up' } },
      lab: { status: 'up', dependencies: {} },
    },
  })
})

for (const [trouble, api, inventory, expected] of [
  ['api', undefined, {}, 503],
  ["api's database", { status: 'degraded', dependencies: { postgres: 'down' } }, {}, 503],
  ['payments', { status: 'ok', dependencies: { postgres: 'up', payments: 'down' } }, {}, 200],
  ['inventory', { status: 'ok', dependencies: { postgres: 'up' } }, undefined, 200],
] as const) {
  test(`without ${trouble} health is ${expected}`, async t => {
    const start = (health: object | undefined) =>
      health && startUpstream(t, (_request, reply) => void reply.end(JSON.stringify(health)))
    const urls = { apiUrl: await start(api), inventoryUrl: await start(inventory) }
    const edge = await startEdge(t, Object.fromEntries(Object.entries(urls).filter(([, url]) => url !== undefined)))

    const reply = await fetch(`${edge.url}/api/health`)

    assert.equal(reply.status, expected)
    assert.equal(((await reply.json()) as { status: string }).status, expected === 503 ? 'down' : 'degraded')
  })
}

test('health is 503 while api is away, and the edge itself stays ready', async t => {
  const edge = await startEdge(t, {})

  const health = await fetch(`${edge.url}/api/health`)
  const ready = await fetch(`${edge.url}/ready`)

  assert.equal(health.status, 503)
  assert.equal(((await health.json()) as { status: string }).status, 'down')
  assert.equal(ready.status, 200)
})

test('a page may run scripts of its own origin only, and none inline; its own style sheet passes by its hash', async t => {
  const edge = await startEdge(t, {}, { RUNBOOKS_DIR: await makeRunbooks(t) })

  const reply = await fetch(`${edge.url}/runbooks/JourneyBurnsFast`, { headers: { accept: 'text/html' } })

  const policy = new Map(
    (reply.headers.get('content-security-policy') ?? '').split('; ').map(part => {
      const [directive = '', ...sources] = part.split(' ')
      return [directive, sources] as const
    }),
  )
  const [, style = ''] = /<style>([^<]*)<\/style>/.exec(await reply.text()) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  assert.deepEqual(policy.get('default-src'), ["'none'"])
  assert.deepEqual(policy.get('script-src'), ["'self'"])
  assert.deepEqual(policy.get('connect-src'), ["'self'"])
  assert.deepEqual(policy.get('frame-ancestors'), ["'none'"])
  assert.deepEqual(policy.get('style-src'), ["'self'", `'sha256-${hash}'`])
})

test('every answer, errors too, forbids guessing types, framing and sending the address elsewhere', async t => {
  const edge = await startEdge(t, {})

  const replies = await Promise.all(
    ['/', '/docs', '/api/products', '/nowhere', '/lab/faults'].map(path => fetch(edge.url + path)),
  )

  for (const { url, headers } of replies) {
    assert.equal(headers.get('x-content-type-options'), 'nosniff', url)
    assert.equal(headers.get('x-frame-options'), 'DENY', url)
    assert.equal(headers.get('referrer-policy'), 'same-origin', url)
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self';/, url)
  }
})
