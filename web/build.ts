// Makes dist/ of the store's sources: assets whose names change with their content, with their compressed forms beside them,
// index.html that names them, and sizes.json. Fails when the pages have grown over their limits.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { type Bundle, bundleWeb, mainEntry, styleEntry } from './bundle.ts'
import { findSizeProblems, measureSizes, type Sizes } from './sizes.ts'

const here = import.meta.dirname

/** Builds into the folder, which is emptied first; throws an Error that says what is wrong in words. */
export async function buildWeb(folder: string): Promise<Sizes> {
  const bundle = await bundleWeb()
  const sizes = measureSizes(bundle)
  const files = new Map<string, Uint8Array | string>(bundle.files)
  files.set('index.html', await fillTemplate(bundle, files))
  files.set('sizes.json', `${JSON.stringify(sizes, undefined, 2)}\n`)
  await rm(folder, { recursive: true, force: true })
  for (const [path, content] of files) {
    const file = join(folder, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, content)
    if (/^assets\/.*\.(js|css|svg)$/.test(path)) await writeCompressed(file, content)
  }
  // Last, so that what is too large can be looked at.
  const problems = findSizeProblems(sizes)
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return sizes
}

/** The template with the names that assets got, for `/main.js`, `/style.css` and `/pictures/…`; adds such pictures to the files. */
async function fillTemplate(bundle: Bundle, files: Map<string, Uint8Array | string>): Promise<string> {
  // Comments are for whoever edits the template.
  let page = (await readFile(join(here, 'index.html'), 'utf8')).replace(/<!--.*?-->\n?/gs, '')
  const put = (name: string, path: string): void => {
    if (!page.includes(`"${name}`)) throw new Error(`web/index.html does not name "${name}".`)
    page = page.replaceAll(`"${name}`, `"/${path}`)
  }
  const main = bundle.pathOf(mainEntry)
  put('/main.js', main)
  put('/style.css', bundle.pathOf(styleEntry))
  for (const name of new Set([...page.matchAll(/"(\/pictures\/[^"#]+)/g)].map(([, name = '']) => name))) {
    const picture = await readFile(join(here, name))
    const path = `assets/${basename(name, extname(name))}-${shortHash(picture)}${extname(name)}`
    files.set(path, picture)
    put(name, path)
  }
  // What main imports is asked for beside it, not after it.
  const imports = bundle.metafile.outputs[main]?.imports ?? []
  const preloads = imports
    .filter(({ kind }) => kind === 'import-statement')
    .map(({ path }) => `    <link rel="modulepreload" href="/${path}" />\n`)
  return page.replace('  </head>', `${preloads.join('')}  </head>`)
}

/** As long as esbuild's own. */
const shortHash = (content: Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 8).toUpperCase()

/** Beside the file, where it gets smaller by it. */
async function writeCompressed(file: string, content: Uint8Array | string): Promise<void> {
  const forms = {
    br: brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }),
    gz: gzipSync(content, { level: 9 }),
  }
  for (const [ending, bytes] of Object.entries(forms)) {
    if (bytes.length < content.length) await writeFile(`${file}.${ending}`, bytes)
  }
}

if (import.meta.main) {
  try {
    const { firstPage, allPages } = await buildWeb(join(here, 'dist'))
    console.log(`JavaScript, gzip: ${firstPage.gzipBytes} bytes for the first page, ${allPages.gzipBytes} for all.`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
