// Shops by itself for ten seconds: whether requests are within their objective again is asked of requests, since counters tell
// of the past for ten seconds more.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ProbeResult {
  readonly asked: number
  /** 5xx, or no answer at all. */
  readonly failed: number
  readonly slow: number
  /** One of the failed or slow ones, in words. */
  readonly example?: string
}

export type Probe = (stop: AbortSignal) => Promise<ProbeResult>

/** One slow answer in fifty is chance on a busy machine; a failed one is not. */
export const isWithinObjective = ({ asked, failed, slow }: ProbeResult): boolean =>
  asked > 0 && failed === 0 && slow <= Math.max(1, Math.floor(asked / 100))

interface ProbedRequest {
  readonly journey: string
  /** The threshold of its latency objective, in milliseconds. */
  readonly withinMs: number
  readonly path: string
  readonly body?: () => object
}

/** Those who shop with it are free of the rate limit. */
const token = 'test-token-789'
const orderOf = () => ({
  email: 'shopper-1@techmart.example',
  country: 'US',
  items: [{ productId: 11, quantity: 1 }],
})

export const probedRequests = (thresholdMsOf: (journey: string) => number): readonly ProbedRequest[] =>
  [
    { journey: 'product-discovery', path: '/api/products?pageSize=5' },
    { journey: 'product-search', path: '/api/products/search?q=lamp' },
    { journey: 'checkout', path: '/api/orders', body: orderOf },
  ].map(request => ({ ...request, withinMs: thresholdMsOf(request.journey) }))

const everyMs = 200
const probeSeconds = 10

/** Asks every 200 ms for ten seconds, each request in turn, and waits for the last answer. */
export function makeProbe(storeUrl: string, requests: readonly ProbedRequest[]): Probe {
  return async stop => {
    const answers: Promise<string | undefined>[] = []
    const count = (probeSeconds * 1000) / everyMs
    for (let n = 0; n < count && !stop.aborted; n += 1) {
      const request = requests[n % requests.length]
      if (request) answers.push(ask(storeUrl, request))
      await sleep(everyMs, undefined, { signal: stop }).catch(() => undefined)
    }
    const bad = (await Promise.all(answers)).filter(answer => answer !== undefined)
    const slow = bad.filter(words => words.startsWith('slow')).length
    const example = bad.find(words => !words.startsWith('slow')) ?? bad[0]
    return { asked: answers.length, failed: bad.length - slow, slow, ...(example ? { example } : {}) }
  }
}

/** What was wrong with it; undefined when nothing was. */
async function ask(storeUrl: string, { journey, path, body, withinMs }: ProbedRequest): Promise<string | undefined> {
  const startedMs = performance.now()
  try {
    const response = await fetch(storeUrl + path, {
      method: body ? 'POST' : 'GET',
      signal: AbortSignal.timeout(10_000),
      headers: {
        authorization: `Bearer ${token}`,
        ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
      },
      ...(body ? { body: JSON.stringify(body()) } : {}),
    })
    await response.arrayBuffer()
    if (response.status >= 500) return `${journey} answered ${response.status}`
    const tookMs = performance.now() - startedMs
    return tookMs > withinMs ? `slow: ${journey} took ${Math.round(tookMs)} ms of ${withinMs}` : undefined
  } catch (error) {
    return `${journey} got no answer: ${error instanceof Error ? error.message : error}`
  }
}
