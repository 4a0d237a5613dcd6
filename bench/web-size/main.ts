// `make bench BENCH=web-size`: bytes of JavaScript that the store sends, beside the same sources with React in Preact's place.
// Size alone: nobody shops in the second one. Ends with 1 when the store is over a limit.
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { type Bundle, bundleWeb } from '../../web/bundle.ts'
import { findSizeProblems, measureSizes, sizeLimits } from '../../web/sizes.ts'

interface Figures {
  readonly firstPage: number
  readonly allPages: number
  readonly allPagesBrotli: number
}

function toFigures(bundle: Bundle): Figures {
  const { firstPage, allPages } = measureSizes(bundle)
  const brotli = allPages.files.map(path => brotliCompressSync(bundle.files.get(path) ?? '').length)
  return {
    firstPage: firstPage.gzipBytes,
    allPages: allPages.gzipBytes,
    allPagesBrotli: brotli.reduce((sum, size) => sum + size, 0),
  }
}

const store = await bundleWeb()
const withReact = await bundleWeb({
  alias: { preact: join(import.meta.dirname, 'react-as-preact.js') },
})
// Else React was not what was measured.
for (const [bundle, library] of [
  [store, 'preact'],
  [withReact, 'react-dom'],
] as const) {
  const others = ['preact', 'react-dom'].filter(name => name !== library)
  const holds = (name: string) =>
    Object.keys(bundle.metafile.inputs).some(path => path.includes(`node_modules/${name}/`))
  if (!holds(library) || others.some(holds)) throw new Error(`This bundle is not made with ${library} alone.`)
}

const [ours, theirs] = [toFigures(store), toFigures(withReact)]
const row = (words: string, part: keyof Figures, limit?: number) => ({
  JavaScript: words,
  'the store': ours[part],
  limit: limit ?? '',
  'with React': theirs[part],
  ratio: `${(theirs[part] / ours[part]).toFixed(2)} times`,
})
console.table([
  row('first page, gzip', 'firstPage', sizeLimits.firstPage),
  row('all pages, gzip', 'allPages', sizeLimits.allPages),
  row('all pages, brotli', 'allPagesBrotli'),
])
const problems = findSizeProblems(measureSizes(store))
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
