// The store's page and its assets, as a browser gets them. What is built is written here by hand: web/test has the real build.
import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import type { GatewayConfig } from '../src/config.ts'
import { findStorePage, storePages } from '../src/store-pages.ts'
import { type Edge, startEdge } from './edge.ts'

const script = `console.log(${JSON.stringify('lamp '.repeat(300))})`
const html = '<!doctype html>\n<html>\n  <head>\n    <title>Lamps</title>\n  </head>\n  <body></body>\n</html>\n'

async function startStore(t: TestContext, settings: Partial<GatewayConfig> = {}): Promise<Edge> {
  const folder = await mkdtemp(join(tmpdir(), 'store-'))
  t.after(() => rm(folder, { recursive: true }))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), html)
  await writeFile(join(folder, 'sizes.json'), '{}')
  const asset = join(folder, 'assets', 'main-U465EMNT.js')
  await writeFile(asset, script)
  await writeFile(`${asset}.br`, brotliCompressSync(script))
  await writeFile(`${asset}.gz`, gzipSync(script))
  await writeFile(join(folder, 'assets', 'small-X4MMGYNR.css'), 'a{}')
  return startEdge(t, {}, { WEB_DIR: folder, ...settings })
}

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

for (const path of storePages.map(page => page.replace(':id', '11'))) {
  test(`${path} is a page of the store`, async t => {
    const edge = await startStore(t)

    const reply = await fetch(edge.url + path, { headers: browser })

    assert.equal(reply.status, 200)
    assert.match(reply.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/)
    assert.match(await reply.text(), /<title>Lamps<\/title>/)
  })
}

test('the pages are those that the store itself knows', async () => {
  const routes = await readFile(new URL('../../../web/src/routes.ts', import.meta.url), 'utf8')

  const known = [...routes.matchAll(/^ {2}\[\/\^(.*)\$\/, /gm)].map(([, pattern = '']) => new RegExp(`^${pattern}$`))

  assert.equal(known.length, storePages.length)
  for (const path of [
    ...storePages.map(page => page.replace(':id', '11')),
    '/products/lamp',
    '/orders/a-1',
    '/orders/a/b',
    '/nowhere',
    '/cart/',
  ]) {
    assert.equal(
      findStorePage(path) !== undefined,
      known.some(pattern => pattern.test(path)),
      path,
    )
  }
})

test('an address that is no page is 404: with the page for a person, in the one shape of errors for a program', async t => {
  const edge = await startStore(t)

  const person = await fetch(`${edge.url}/wishlist`, { headers: browser })
  const program = await fetch(`${edge.url}/wishlist`)

  assert.equal(person.status, 404)
  assert.match(await person.text(), /<title>Lamps<\/title>/)
  assert.equal(person.headers.get('etag'), null)
  assert.equal(program.status, 404)
  assert.equal(((await program.json()) as { error: string }).error, 'not_found')
})

test('an asset that is not there is 404 for everybody, and nothing beside the assets is served', async t => {
  const edge = await startStore(t)

  const paths = [
    '/assets/main-OLD.js',
    '/assets/',
    '/assets/..%2Findex.html',
    '/assets/%2e%2e/sizes.json',
    '/sizes.json',
  ]
  const replies = await Promise.all(paths.map(path => fetch(edge.url + path, { headers: { accept: '*/*' } })))

  for (const [n, reply] of replies.entries()) {
    assert.ok([400, 403, 404].includes(reply.status), `${paths[n]} is ${reply.status}`)
    assert.match(reply.headers.get('content-type') ?? '', /^application\/json/)
  }
})

test('the page is asked for again each time, and is not sent again as long as it is the same', async t => {
  const edge = await startStore(t)

  const first = await fetch(`${edge.url}/cart`)
  const etag = first.headers.get('etag') ?? ''
  const again = await fetch(`${edge.url}/checkout`, { headers: { 'if-none-match': `"other", ${etag}` } })
  const changed = await fetch(`${edge.url}/cart`, { headers: { 'if-none-match': 'W/"other"' } })

  assert.equal(first.headers.get('cache-control'), 'no-cache')
  assert.match(etag, /^W\/"[\w-]{22}"$/)
  assert.equal(again.status, 304)
  assert.equal(again.headers.get('etag'), etag)
  assert.equal(await again.text(), '')
  assert.equal(changed.status, 200)
})

test('another address of Grafana is another page with another ETag', async t => {
  const here = await startStore(t)
  const there = await startStore(t, { GRAFANA_URL: 'http://localhost:3999' })

  const etags = await Promise.all([here, there].map(async ({ url }) => (await fetch(url)).headers.get('etag')))

  assert.notEqual(etags[0], etags[1])
})

for (const [accepted, encoding] of [
  ['br, gzip', 'br'],
  ['gzip', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['identity', null],
] as const) {
  test(`who accepts "${accepted}" gets page and script ${encoding ? `as ${encoding}` : 'plain'}`, async t => {
    const edge = await startStore(t)

    const replies = await Promise.all(
      ['/', '/assets/main-U465EMNT.js'].map(path =>
        fetch(edge.url + path, { headers: { 'accept-encoding': accepted } }),
      ),
    )

    for (const reply of replies) {
      assert.equal(reply.headers.get('content-encoding'), encoding)
      assert.match(reply.headers.get('vary') ?? '', /accept-encoding/i)
    }
    assert.match((await replies[0]?.text()) ?? '', /<title>Lamps/)
    assert.equal(await replies[1]?.text(), script)
  })
}

test('an asset is kept for a year and never asked for again; it has a type, and what has no compressed form comes plain', async t => {
  const edge = await startStore(t)

  const script = await fetch(`${edge.url}/assets/main-U465EMNT.js`)
  const style = await fetch(`${edge.url}/assets/small-X4MMGYNR.css`)

  for (const reply of [script, style]) {
    assert.equal(reply.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    assert.equal(reply.headers.get('x-content-type-options'), 'nosniff')
  }
  assert.match(script.headers.get('content-type') ?? '', /^(text|application)\/javascript; charset=utf-8$/)
  assert.match(style.headers.get('content-type') ?? '', /^text\/css/)
  assert.equal(style.headers.get('content-encoding'), null)
  assert.equal(await style.text(), 'a{}')
})

test('HEAD says of a page and of an asset what GET says, without the body', async t => {
  const edge = await startStore(t)

  for (const path of ['/', '/assets/main-U465EMNT.js']) {
    const reply = await fetch(edge.url + path, { method: 'HEAD' })
    assert.equal(reply.status, 200, path)
    assert.equal(await reply.text(), '')
  }
})

test("the page carries the lab's addresses and the share of visits to measure, as text that cannot leave its attribute", async t => {
  const edge = await startStore(t, { GRAFANA_URL: `http://localhost:3999/"><script>'`, WEB_SAMPLE_RATIO: 0.25 })

  const page = await (await fetch(edge.url)).text()

  const content = (name: string) => {
    const [, text = ''] = new RegExp(`<meta name="${name}" content="([^"<>]*)" />`).exec(page) ?? []
    return text.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)))
  }
  assert.deepEqual(JSON.parse(content('lab-links'))[0], { name: 'Grafana', url: `http://localhost:3999/"><script>'` })
  assert.equal(content('sample-ratio'), '0.25')
  assert.ok(page.indexOf('sample-ratio') < page.indexOf('</head>'))
})

test('while the store is not built the gateway does everything else, and says how to build it', async t => {
  const edge = await startEdge(t, {}, { WEB_DIR: join(tmpdir(), 'no-such-folder') })

  const page = await fetch(edge.url, { headers: browser })
  const ready = await fetch(`${edge.url}/ready`)

  assert.equal(page.status, 503)
  assert.match(((await page.json()) as { message: string }).message, /node web\/build\.ts/)
  assert.equal(ready.status, 200)
})
