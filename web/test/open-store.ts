// The whole store as esbuild bundles it, opened at an address: what a shopper finds there and does, without a browser.
import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { pathToFileURL } from 'node:url'
import { type Bundle, bundleWeb, mainEntry } from '../bundle.ts'
import type { TracedInit } from '../src/telemetry/telemetry.ts'
import { fakeBrowser, put } from './fake-browser.ts'
import { type FakeElement, FakeFormData, FakePage } from './fake-page.ts'

export type Answer = readonly [status: number, body: unknown]
/** By method and path: `GET /api/products/11`. What is not named is not there. */
export type Answers = Readonly<Record<string, Answer>>

export interface Store {
  readonly page: FakePage
  /** What fills the page between header and footer. */
  readonly main: FakeElement
  /** Follows a link to an address of the store, or to a part of the page (`#reviews`). */
  follow(to: string): Promise<void>
  /** By the browser's button. */
  goBack(): Promise<void>
  /** What the shop was asked, with the key of each request that has one. */
  readonly asked: readonly { readonly what: string; readonly key: string | undefined }[]
  /** Until what is under way has been drawn. */
  settle(): Promise<void>
}

const notFound: Answer = [404, { error: 'not_found', message: 'There is no such thing.' }]

/** `kept` is what the browser has from an earlier visit. */
export async function openStore(
  t: TestContext,
  path: string,
  { answers = {}, kept = {} }: { answers?: Answers; kept?: Readonly<Record<string, unknown>> } = {},
): Promise<Store> {
  const browser = fakeBrowser(t)
  const page = new FakePage()
  const location = new URL(path, 'http://store.example')
  const visited = [location.href]
  const replaceState = (_state: unknown, _title: string, to: string) => {
    location.href = new URL(to, location).href
    visited[visited.length - 1] = location.href
  }
  const pushState: typeof replaceState = (...to) => {
    visited.push('')
    replaceState(...to)
  }
  const storage = { getItem: (key: string) => JSON.stringify(kept[key] ?? null), setItem() {} }
  put(t, 'document', page)
  put(t, 'location', location)
  put(t, 'history', { pushState, replaceState })
  put(t, 'localStorage', storage)
  put(t, 'sessionStorage', storage)
  put(t, 'FormData', FakeFormData)
  put(t, 'scrollTo', () => {})
  const asked: { what: string; key: string | undefined }[] = []
  put(t, 'fetch', async (url: string, { method, headers }: TracedInit) => {
    const what = `${method} ${url.split('?')[0]}`
    asked.push({ what, key: headers?.['idempotency-key'] })
    const [status, body] = answers[what] ?? notFound
    return Response.json(body, { status })
  })

  await import(await writeStore(t))
  const main = page.getElementById('main')
  await settle()
  return {
    page,
    main,
    asked,
    settle,
    async follow(to) {
      const { origin, pathname, search, hash } = new URL(to, location)
      const link = { origin, pathname, search, hash }
      const click = Object.defineProperty(new Event('click', { cancelable: true }), 'target', {
        value: { closest: () => link },
      })
      page.dispatchEvent(click)
      // Left to the browser, which tells of the way to a part of the page as it does of a step back.
      if (!click.defaultPrevented) {
        assert.ok(hash, `${to} is no page of the store`)
        pushState(null, '', to)
        browser.dispatch('popstate')
      }
      await settle()
    },
    async goBack() {
      visited.pop()
      location.href = visited.at(-1) ?? ''
      browser.dispatch('popstate')
      await settle()
    },
  }
}

let bundled: Promise<Bundle> | undefined

/** The address of the store's code in a file that is this visit's own: what is imported once more would not begin anew. */
async function writeStore(t: TestContext): Promise<string> {
  // Not minified: where a test fails, the line is to be read.
  bundled ??= bundleWeb({ entryPoints: { main: mainEntry }, splitting: false, minify: false })
  const { files, pathOf } = await bundled
  const folder = await mkdtemp(join(tmpdir(), 'web-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = join(folder, 'store.mjs')
  await writeFile(file, files.get(pathOf(mainEntry)) ?? '')
  return pathToFileURL(file).href
}

/** Each turn leads to the next: an answer, what is drawn of it, what that asks for. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
}
