// The real build, into a folder of its own.
import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { buildWeb } from '../build.ts'
import { bundleWeb } from '../bundle.ts'
import { findSizeProblems, sizeLimits } from '../sizes.ts'

async function buildOnce(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'web-'))
  t.after(() => rm(folder, { recursive: true }))
  const sizes = await buildWeb(folder)
  const assets = await readdir(join(folder, 'assets'))
  const page = await readFile(join(folder, 'index.html'), 'utf8')
  return { sizes, assets, page, read: (name: string) => readFile(join(folder, 'assets', name)) }
}

test('the store is built within its limits, and its page names assets that are there', async t => {
  const { sizes, assets, page } = await buildOnce(t)

  assert.ok(sizes.firstPage.gzipBytes > 5_000 && sizes.firstPage.gzipBytes <= sizeLimits.firstPage)
  assert.ok(sizes.allPages.gzipBytes > sizes.firstPage.gzipBytes && sizes.allPages.gzipBytes <= sizeLimits.allPages)
  const named = [...page.matchAll(/(?:src|href)="\/assets\/([^"#]+)/g)].map(([, name = '']) => name)
  assert.ok(named.some(name => /^main-[A-Z0-9]{8}\.js$/.test(name)))
  assert.ok(named.some(name => /^style-[A-Z0-9]{8}\.css$/.test(name)))
  assert.deepEqual(
    named.filter(name => !assets.includes(name)),
    [],
  )
})

test('the page has no script and no style inside, and asks nobody else for anything', async t => {
  const { page } = await buildOnce(t)

  assert.doesNotMatch(page, /<style|style="|<script(?![^>]*\bsrc=)|\son[a-z]+="/i)
  assert.doesNotMatch(page, /(?:src|href)="(?![/#](?!\/))/)
})

test('beside each script and style sheet lie its compressed forms, smaller and the same', async t => {
  const { assets, read } = await buildOnce(t)

  // A line or two get no smaller.
  const isShort = async (name: string) => (await read(name)).length < 300
  const scripts = assets.filter(name => name.endsWith('.js'))
  const long = await Promise.all(scripts.map(async name => ((await isShort(name)) ? [] : [name])))
  assert.ok(long.flat().length >= 2)
  for (const name of long.flat()) {
    const [plain, br, gz] = await Promise.all([read(name), read(`${name}.br`), read(`${name}.gz`)])
    assert.deepEqual(brotliDecompressSync(br), plain)
    assert.deepEqual(gunzipSync(gz), plain)
    assert.ok(br.length < gz.length && gz.length < plain.length, name)
  }
})

test('what belongs to servers cannot get into a page', async () => {
  const contents = "import { countries } from '@techmart/contracts/shop'\nconsole.log(countries)"

  const building = bundleWeb({
    entryPoints: [],
    stdin: { contents, resolveDir: join(import.meta.dirname, '../src'), loader: 'ts' },
  })

  await assert.rejects(building, /belongs to servers.*typebox/)
})

test('a store that has grown over a limit is said to be, by how much', () => {
  const share = (gzipBytes: number) => ({ gzipBytes, files: [] })

  const problems = findSizeProblems({ firstPage: share(14_600), allPages: share(20_001) })

  assert.deepEqual(problems, ['The JavaScript of all pages together is 20001 bytes (gzip); at most 20000.'])
})
