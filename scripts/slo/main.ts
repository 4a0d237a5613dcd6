// `make slo`: compiles prometheus/slo into prometheus/rules. With --check it writes nothing and ends with 1 when the
// committed rules are not what the sources say.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { compileRules } from './compile.ts'
import { SpecError } from './spec-reader.ts'
import { speedNames } from './windows.ts'

const root = new URL('../../', import.meta.url)

/** Rule files that lie there and that nobody compiles any more. */
async function findLeftovers(compiled: ReadonlyMap<string, string>): Promise<string[]> {
  const found = await Promise.all(
    speedNames.map(async name => {
      const folder = `prometheus/rules/${name}`
      const files = await readdir(new URL(folder, root)).catch(() => [] as string[])
      return files.map(file => `${folder}/${file}`)
    }),
  )
  return found.flat().filter(path => !compiled.has(path))
}

async function check(compiled: ReadonlyMap<string, string>): Promise<string[]> {
  const differing: string[] = []
  for (const [path, text] of compiled) {
    const written = await readFile(new URL(path, root), 'utf8').catch(() => undefined)
    if (written === text) continue
    const line = written?.split('\n').findIndex((content, index) => content !== text.split('\n')[index])
    differing.push(line === undefined ? `${path} is missing` : `${path} differs from line ${line + 1} on`)
  }
  return [...differing, ...(await findLeftovers(compiled)).map(path => `${path} is not compiled by anything`)]
}

async function write(compiled: ReadonlyMap<string, string>): Promise<void> {
  for (const path of await findLeftovers(compiled)) await rm(new URL(path, root))
  for (const [path, text] of compiled) {
    await mkdir(new URL('./', new URL(path, root)), { recursive: true })
    await writeFile(new URL(path, root), text)
  }
}

try {
  const compiled = await compileRules(root)
  if (process.argv.includes('--check')) {
    const problems = await check(compiled)
    for (const problem of problems) console.error(problem)
    if (problems.length > 0) console.error('Run `make slo`, read the difference, and commit it.')
    process.exitCode = problems.length > 0 ? 1 : 0
  } else {
    await write(compiled)
    console.log(`${compiled.size} rule files written to prometheus/rules.`)
  }
} catch (error) {
  if (!(error instanceof SpecError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
