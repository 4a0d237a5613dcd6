// The whole store as esbuild bundles it, opened at an address: what a shopper finds there and does. The browser is happy-dom's,
// without layout and without styles.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { Window } from 'happy-dom'
import { bundleWeb, mainEntry } from '../bundle.ts'

export type Answer = readonly [status: number, body: object]
/** By method and path: `GET /api/products/11`. What is not named is not there. */
export type Answers = Readonly<Record<string, Answer>>

export interface Store {
  readonly document: Document
  /** What fills the page between header and footer. */
  readonly main: HTMLElement
  /** Follows a link to an address of the store, or to a part of the page (`#reviews`). */
  follow(to: string): Promise<void>
  fill(field: HTMLInputElement | null, text: string): void
  /** By the browser's button. */
  goBack(): Promise<void>
  /** What the shop was asked, with the key of each request that has one. */
  readonly asked: readonly { readonly what: string; readonly key: string | null }[]
  /** Until what is under way has been drawn. */
  settle(): Promise<void>
}

const notFound: Answer = [404, { error: 'not_found', message: 'There is no such thing.' }]
const html = readFile(join(import.meta.dirname, '../index.html'), 'utf8')
// In one file; not minified: where a test fails, the line is to be read.
const bundled = bundleWeb({ entryPoints: { main: mainEntry }, splitting: false, format: 'iife', minify: false })

/** `kept` is what the browser has from an earlier visit. */
export async function openStore(
  t: TestContext,
  path: string,
  { answers = {}, kept = {} }: { answers?: Answers; kept?: Readonly<Record<string, unknown>> } = {},
): Promise<Store> {
  const asked: { what: string; key: string | null }[] = []
  const window = new Window({
    url: `http://store.example${path}`,
    settings: {
      enableJavaScriptEvaluation: true,
      suppressInsecureJavaScriptEnvironmentWarning: true,
      disableJavaScriptFileLoading: true,
      fetch: {
        interceptor: {
          async beforeAsyncRequest({ request: { method, url, headers } }) {
            const what = `${method} ${new URL(url).pathname}`
            asked.push({ what, key: headers.get('idempotency-key') })
            const [status, body] = answers[what] ?? notFound
            return window.Response.json(body, { status })
          },
        },
      },
    },
  })
  t.after(() => window.happyDOM.close())
  const { document, localStorage, sessionStorage, history, Event, MouseEvent } = window as unknown as typeof globalThis
  for (const storage of [localStorage, sessionStorage])
    for (const [key, value] of Object.entries(kept)) storage.setItem(key, JSON.stringify(value))
  document.write(await html)
  const { files, pathOf } = await bundled
  window.eval(new TextDecoder().decode(files.get(pathOf(mainEntry))))
  await settle()

  return {
    document,
    main: document.getElementById('main') as HTMLElement,
    asked,
    settle,
    fill(field, text) {
      assert.ok(field, `there is no field for ${text}`)
      field.value = text
      field.dispatchEvent(new Event('input', { bubbles: true }))
    },
    async follow(to) {
      const link = document.body.appendChild(document.createElement('a'))
      link.href = to
      const isLeft = link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
      link.remove()
      assert.equal(isLeft, to.startsWith('#'), `${to} is ${isLeft ? 'left to' : 'kept from'} the browser`)
      await settle()
    },
    async goBack() {
      history.back()
      await settle()
    },
  }
}

/** Each turn leads to the next: an answer, what is drawn of it, what that asks for. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve))
}
