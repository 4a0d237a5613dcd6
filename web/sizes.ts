// How many bytes of JavaScript a shopper's browser loads, compressed, and how many it may.
import { gzipSync } from 'node:zlib'
import { type Bundle, mainEntry } from './bundle.ts'

export interface Share {
  readonly gzipBytes: number
  /** Paths below dist. */
  readonly files: readonly string[]
}

export interface Sizes {
  /** All that is loaded when `/` is opened, what comes after the page is shown included. */
  readonly firstPage: Share
  readonly allPages: Share
}

/** 14.6 kB are the ten packets of 1,460 bytes that a server sends before it waits for a sign of life (RFC 6928). */
export const sizeLimits = { firstPage: 14_600, allPages: 20_000 } as const

/** Pages are loaded when somebody goes there; what else is loaded late is for the first one, too. */
const isOtherPage = (source: string): boolean => source.startsWith('src/pages/')

export function measureSizes({ metafile: { outputs }, files, pathOf }: Bundle): Sizes {
  const first = new Set<string>()
  const follow = (path: string): void => {
    if (first.has(path)) return
    first.add(path)
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      const output = outputs[imported]
      if (!output || (kind === 'dynamic-import' && isOtherPage(output.entryPoint ?? ''))) continue
      follow(imported)
    }
  }
  follow(pathOf(mainEntry))

  const share = (paths: Iterable<string>): Share => {
    const scripts = [...paths].filter(path => path.endsWith('.js')).sort()
    const sizes = scripts.map(path => gzipSync(files.get(path) ?? '', { level: 9 }).length)
    return { gzipBytes: sizes.reduce((sum, size) => sum + size, 0), files: scripts }
  }
  return { firstPage: share(first), allPages: share(files.keys()) }
}

const words = { firstPage: 'the first page', allPages: 'all pages together' } as const

/** What is over its limit, in words. */
export function findSizeProblems(sizes: Sizes): string[] {
  return (['firstPage', 'allPages'] as const)
    .filter(part => sizes[part].gzipBytes > sizeLimits[part])
    .map(
      part => `The JavaScript of ${words[part]} is ${sizes[part].gzipBytes} bytes (gzip); at most ${sizeLimits[part]}.`,
    )
}
