// How the store's sources hang together: what may import what, and that no schema is among what shoppers load.
import assert from 'node:assert/strict'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { test } from 'node:test'

interface Import {
  readonly from: string
  /** A file below web/src, or the name of a package. */
  readonly target: string
  readonly isType: boolean
}

async function readImports(): Promise<readonly Import[]> {
  const imports: Import[] = []
  for await (const file of glob('web/src/**/*.{ts,tsx}')) {
    const text = await readFile(file, 'utf8')
    const from = relative('web/src', file)
    for (const [, isType, target = ''] of text.matchAll(/^(?:import|export)( type)?\b[^'"]*?(?:from )?'([^']+)'/gm))
      imports.push({ from, target: toTarget(from, target), isType: isType !== undefined })
    for (const [, target = ''] of text.matchAll(/\bimport\('([^']+)'\)/g))
      imports.push({ from, target: toTarget(from, target), isType: false })
  }
  return imports
}

const toTarget = (from: string, target: string): string =>
  target.startsWith('.') ? join(dirname(from), target) : target

/** A folder, and those of the others that its files may not import. */
const forbidden: Readonly<Record<string, readonly string[]>> = {
  logic: ['components', 'pages', 'api', 'telemetry'],
  api: ['components', 'pages'],
  telemetry: ['components', 'pages', 'api', 'logic'],
  components: ['pages'],
}

test('pages import components, and never the reverse; logic knows of neither', async () => {
  const imports = await readImports()

  assert.ok(imports.length > 100, `only ${imports.length} found`)
  const offences = imports.filter(({ from, target }) =>
    forbidden[from.split('/')[0] ?? '']?.includes(target.split('/')[0] ?? ''),
  )
  assert.deepEqual(offences, [])
})

test('the store takes nothing but types from contracts, and nothing at all from services', async () => {
  const offences = (await readImports()).filter(
    ({ target, isType }) => (target.startsWith('@techmart/') && !isType) || /(^|\/)services\/|^typebox/.test(target),
  )
  assert.deepEqual(offences, [])
})

test('logic and api are plain TypeScript, which Node can test', async () => {
  const offences: string[] = []
  for await (const file of glob('web/src/{logic,api,telemetry}/**/*.tsx')) offences.push(file)
  const imports = (await readImports()).filter(
    ({ from, target }) => /^(logic|api|telemetry)\//.test(from) && /\.tsx$|^preact/.test(target),
  )

  assert.deepEqual([...offences, ...imports], [])
})
