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
export type Answers = Readonly<Record<string, Answer | Promise<Answer>>>

export interface Asked {
  readonly what: string
  /** What the request was named with, for whoever asks again. */
  readonly key: string | null
  readonly body: string
}

export interface Store {
  readonly document: Document
  /** What fills the page between header and footer. */
  readonly main: HTMLElement
  /** Follows a link to an address of the store, or to a part of the page (`#reviews`). */
  follow(to: string): Promise<void>
  /** Types, and leaves the field. */
  fill(field: HTMLInputElement | null, text: string): void
  /** By the browser's button. */
  goBack(): Promise<void>
  /** What the shop was asked. */
  readonly asked: readonly Asked[]
  /** All that the browser keeps: for the store that is opened after a reload. */
  kept(): Record<string, unknown>
  /** The tab goes behind another one, and what was not told yet is told. */
  putAway(): Promise<void>
  /** Until what is under way has been drawn. */
  settle(): Promise<void>
}

/** What goes with the window. */
const ofWindow: ReadonlySet<string> = new Set(['try', 'code', 'order-keys'])

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
  const asked: Asked[] = []
  const window = new Window({
    url: `http://store.example${path}`,
    settings: {
      enableJavaScriptEvaluation: true,
      suppressInsecureJavaScriptEnvironmentWarning: true,
      disableJavaScriptFileLoading: true,
      fetch: {
        interceptor: {
          async beforeAsyncRequest({ request }) {
            const what = `${request.method} ${new URL(request.url).pathname}`
            asked.push({ what, key: request.headers.get('idempotency-key'), body: await request.text() })
            const [status, body] = (await answers[what]) ?? notFound
            return window.Response.json(body, { status })
          },
        },
      },
    },
  })
  t.after(() => window.happyDOM.close())
  const { document, localStorage, sessionStorage, history, Event, MouseEvent } = window as unknown as typeof globalThis
  for (const [key, value] of Object.entries(kept))
    (ofWindow.has(key) ? sessionStorage : localStorage).setItem(key, JSON.stringify(value))
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
      for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, { bubbles: true }))
    },
    async follow(to) {
      const link = document.body.appendChild(document.createElement('a'))
      link.href = to
      const isLeft = link.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))
      link.remove()
      assert.equal(isLeft, to.startsWith('#'), `${to} is ${isLeft ? 'left to' : 'kept from'} the browser`)
      await settle()
    },
    kept: () =>
      Object.fromEntries(
        [localStorage, sessionStorage].flatMap(storage =>
          Array.from({ length: storage.length }, (_, n) => {
            const key = String(storage.key(n))
            return [key, JSON.parse(String(storage.getItem(key)))]
          }),
        ),
      ),
    async putAway() {
      Object.defineProperty(document, 'hidden', { value: true })
      document.dispatchEvent(new Event('visibilitychange'))
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
