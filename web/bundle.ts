// The store's sources as esbuild bundles them, in memory. bench/web-size bundles the same with another library.
import { relative } from 'node:path'
import { type BuildOptions, build, type Metafile } from 'esbuild'

export interface Bundle {
  readonly metafile: Metafile
  /** By their path below dist: `assets/main-U465EMNT.js`. */
  readonly files: ReadonlyMap<string, Uint8Array>
  /** The path below dist of what an entry point became. */
  readonly pathOf: (entryPoint: string) => string
}

const here = import.meta.dirname
export const mainEntry = 'src/main.tsx'
export const styleEntry = 'style.css'

const options = {
  absWorkingDir: here,
  entryPoints: { main: mainEntry, style: styleEntry },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  jsxFactory: 'h',
  jsxFragment: 'Fragment',
  inject: ['jsx.ts'],
  loader: { '.svg': 'file' },
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  publicPath: '/assets',
  outdir: 'assets',
  // The image's build has no tsconfig.json, and needs none: all that matters is said here.
  tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions

/** Throws esbuild's own error, and one of ours when code of servers is in the bundle. */
export async function bundleWeb(changes: BuildOptions = {}): Promise<Bundle> {
  const { metafile, outputFiles } = await build({ ...options, ...changes, metafile: true, write: false })
  refuseServerCode(metafile)
  return {
    metafile,
    files: new Map(outputFiles.map(({ path, contents }) => [relative(here, path), contents])),
    pathOf(entryPoint) {
      const found = Object.entries(metafile.outputs).find(([, output]) => output.entryPoint === entryPoint)
      if (!found) throw new Error(`esbuild made nothing of ${entryPoint}.`)
      return found[0]
    },
  }
}

/** Contracts give types and nothing else: their schemas are many times the size of a page. */
function refuseServerCode({ inputs }: Metafile): void {
  const strays = Object.keys(inputs).filter(path => /(^|\/)(typebox|services)\//.test(path))
  if (strays.length > 0) {
    throw new Error(`This belongs to servers, and would go to every shopper; import types alone: ${strays.join(', ')}.`)
  }
}
