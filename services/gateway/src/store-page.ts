// The one HTML page of the store, as it is sent: the built page with what only this gateway knows, compressed once.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { escapeHtml } from './html.ts'

export interface LabLink {
  readonly name: string
  readonly url: string
}

export interface StorePageFacts {
  /** The lab behind the store, for its footer. */
  readonly links: readonly LabLink[]
  /** The share of visits whose page loads, web vitals and actions are told. */
  readonly sampleRatio: number
}

export type PageEncoding = 'br' | 'gzip' | 'identity'

export interface StorePage {
  readonly etag: string
  readonly forms: Readonly<Record<PageEncoding, Buffer>>
}

/** Gives undefined when web/ has not been built. */
export async function readStorePage(folder: string, facts: StorePageFacts): Promise<StorePage | undefined> {
  const template = await readIfThere(join(folder, 'index.html'))
  if (template === undefined) return undefined
  const page = Buffer.from(template.replace('</head>', `${toMetas(facts)}</head>`))
  return {
    // Weak: it stands for the page in whichever encoding.
    etag: `W/"${createHash('sha256').update(page).digest('base64url').slice(0, 22)}"`,
    forms: { br: brotliCompressSync(page), gzip: gzipSync(page, { level: 9 }), identity: page },
  }
}

// In the page itself: no request more, no inline script, and the ETag changes with it.
function toMetas({ links, sampleRatio }: StorePageFacts): string {
  return [
    `  <meta name="lab-links" content="${escapeHtml(JSON.stringify(links))}" />\n`,
    `    <meta name="sample-ratio" content="${sampleRatio}" />\n  `,
  ].join('')
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
