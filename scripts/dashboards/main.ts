// `make slo`, second half: compiles the dashboards into grafana/dashboards. With --check it writes nothing and ends with 1 when
// the committed files are not what the sources say.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { compileDashboards, folder } from './compile.ts'

const root = new URL('../../', import.meta.url)
const compiled = compileDashboards()
const present = await readdir(new URL(folder, root)).catch(() => [] as string[])
const leftovers = present.map(file => `${folder}/${file}`).filter(path => !compiled.has(path))

if (process.argv.includes('--check')) {
  const problems = leftovers.map(path => `${path} is not compiled by anything`)
  for (const [path, text] of compiled) {
    const written = await readFile(new URL(path, root), 'utf8').catch(() => undefined)
    if (written !== text) problems.push(`${path} is ${written === undefined ? 'missing' : 'not what its source says'}`)
  }
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) console.error('Run `make slo`, read the difference, and commit it.')
  process.exitCode = problems.length > 0 ? 1 : 0
} else {
  await mkdir(new URL(folder, root), { recursive: true })
  for (const path of leftovers) await rm(new URL(path, root))
  for (const [path, text] of compiled) await writeFile(new URL(path, root), text)
  console.log(`${compiled.size} dashboards written to ${folder}.`)
}
