// What documents name is there: every make target, every file that they link to, every bench.
import assert from 'node:assert/strict'
import { access, glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

interface Document {
  readonly file: string
  readonly text: string
}

async function readDocuments(): Promise<readonly Document[]> {
  const files: string[] = []
  for (const pattern of ['*.md', '{docs,bench,compose,prometheus,scripts,services}/**/*.md'])
    for await (const file of glob(pattern, { exclude: name => name.includes('node_modules') })) files.push(file)
  return Promise.all(files.sort().map(async file => ({ file, text: await readFile(file, 'utf8') })))
}

/** What stands in `code` and in blocks of code: prose may make a point, too. */
const codeOf = (text: string): readonly string[] =>
  [...text.matchAll(/```[a-z]*\n([\s\S]*?)```|`([^`\n]+)`/g)].map(([, block, words]) => block ?? words ?? '')

/** `make up`, `HISTORY=off make up`, `make bench BENCH=search`: the targets, behind any variables. */
export const findTargets = (code: string): readonly string[] =>
  [...code.matchAll(/(?:^|[\s;&|(])make((?: +[A-Z_]+=\S+)*(?: +[a-z][a-z-]*)+)/gm)].flatMap(([, words = '']) =>
    words.split(/ +/).filter(word => /^[a-z][a-z-]*$/.test(word)),
  )

async function readTargets(): Promise<ReadonlySet<string>> {
  const makefile = await readFile('Makefile', 'utf8')
  return new Set([...makefile.matchAll(/^([a-z][a-z-]*):/gm)].map(([, name = '']) => name))
}

test('targets are found behind variables, one after another, and not in prose', () => {
  assert.deepEqual(findTargets('HISTORY=off make up # and then: make bench BENCH=search'), ['up', 'bench'])
  assert.deepEqual(findTargets('make SERVICE=api deploy && make status'), ['deploy', 'status'])
  assert.deepEqual(findTargets('cmake up'), [])
  assert.deepEqual(codeOf('They make do with `make up`.'), ['make up'])
})

test('every make target that a document names is there', async () => {
  const targets = await readTargets()
  const named = (await readDocuments()).flatMap(({ file, text }) =>
    codeOf(text).flatMap(code => findTargets(code).map(target => ({ file, target }))),
  )

  assert.ok(named.length > 40, `only ${named.length} found`)
  assert.deepEqual(
    named.filter(({ target }) => !targets.has(target)).map(({ file, target }) => `${file}: make ${target}`),
    [],
  )
})

test('no document brings parts of a running lab up with settings that make up had not', async () => {
  // `make up` chooses some (SLO_SPEED, what the trace store reads): a bare `docker compose up` would recreate containers without them.
  const offences = (await readDocuments()).flatMap(({ file, text }) =>
    codeOf(text)
      .flatMap(code => code.split('\n'))
      .filter(line => /docker compose up\b/.test(line) && !line.includes('--no-recreate'))
      .map(line => `${file}: ${line}`),
  )
  assert.deepEqual(offences, [])
})

test('every target is declared phony and says in one line what it does', async () => {
  const makefile = await readFile('Makefile', 'utf8')
  const phony = new Set(/^\.PHONY: (.*)$/m.exec(makefile)?.[1]?.split(' '))

  const offences = [...(await readTargets())].filter(
    target => !phony.has(target) || !new RegExp(`^${target}:.* ## \\S`, 'm').test(makefile),
  )
  assert.deepEqual(offences, [])
})

test('what nobody typed behind make is not there, so that .env is heard', async () => {
  // make hands typed variables on by itself; one that is exported by name is there empty, counts as set and wins over .env.
  assert.doesNotMatch(await readFile('Makefile', 'utf8'), /^export\b/m)
})

test('every bench has its line where one looks for it, and every bench that is named is there', async () => {
  const text = await readFile('bench/README.md', 'utf8')
  const named = new Set([...text.matchAll(/BENCH=([a-z-]+)/g)].map(([, name]) => name))
  const there = new Set<string>()
  for await (const file of glob('bench/*/main.ts')) there.add(file.split('/')[1] ?? '')

  assert.deepEqual([...named].sort(), [...there].sort())
})

test('every file that a document links to is there', async () => {
  const missing: string[] = []
  for (const { file, text } of await readDocuments()) {
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:|^#/.test(target)) continue
      const path = join(dirname(file), target.replace(/#.*$/, ''))
      await access(path).catch(() => missing.push(`${file}: ${target}`))
    }
  }
  assert.deepEqual(missing, [])
})
