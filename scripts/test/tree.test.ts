// The tree as a whole: types, lint, and what must never be in it.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { glob, readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const output = (error: unknown) => {
  const { stdout, stderr } = error as { stdout?: string; stderr?: string }
  return `${stdout ?? ''}${stderr ?? ''}` || String(error)
}
const sources = async (): Promise<readonly string[]> => {
  const found: string[] = []
  for await (const file of glob('services/*/{src,test}/**/*.ts')) found.push(file)
  return found
}

test('the whole tree type-checks', async () => {
  for (const project of ['.', 'web'])
    await run('node_modules/.bin/tsc', ['-p', project], { maxBuffer: 8_388_608 }).catch(error =>
      assert.fail(output(error)),
    )
})

test('the whole tree is formatted and lints', async () => {
  await run('node_modules/.bin/biome', ['ci', '--colors=off', '.'], { maxBuffer: 8_388_608 }).catch(error =>
    assert.fail(output(error)),
  )
})

test('imports go one way: contracts ← platform ← services', async () => {
  const offences: string[] = []
  for (const file of await sources()) {
    const own = file.split('/')[1]
    // Tests import their own package by its name, as others do.
    const allowed = own === 'contracts' ? [own] : ['contracts', 'platform']
    for (const [, target] of (await readFile(file, 'utf8')).matchAll(/from '@techmart\/([a-z-]+)/g)) {
      if (!allowed.includes(target as string)) offences.push(`${file} imports ${target}`)
    }
  }
  assert.ok((await sources()).length > 100)
  assert.deepEqual(offences, [])
})

test('no path is taken out of an address, where a space is %20', async () => {
  const offences: string[] = []
  for await (const file of glob('{scripts,bench,services,web}/**/*.{ts,tsx,js}', {
    exclude: ['**/node_modules', '**/dist'],
  })) {
    const text = await readFile(file, 'utf8')
    const named = [...text.matchAll(/(\w+) = new URL\([^\n]*import\.meta\.url\)/g)].map(([, name]) => name)
    const taken = named.some(name => new RegExp(`\\b${name}\\.pathname`).test(text))
    if (taken || /import\.meta\.url\)\.pathname/.test(text)) offences.push(file)
  }
  assert.deepEqual(offences, [])
})

test('every setting in .env.example is checked by the scripts, and the other way round', async () => {
  const names = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(match => match[1]).sort()
  const example = names(await readFile('.env.example', 'utf8'), /^([A-Z_]+)=/gm)
  const checked = names(await readFile('scripts/lib/settings.sh', 'utf8'), /^(?:port_)?setting ([A-Z_]+) /gm)

  // npm checks its own setting.
  assert.deepEqual(
    example.filter(name => name !== 'NPM_CONFIG_REGISTRY'),
    checked,
  )
})
