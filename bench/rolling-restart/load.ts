// Shoppers at a steady pace, whatever the answers: a slow or lost one does not hold the next one back. What they ask is each an event of
// a journey, so that what was answered can be held against what was counted.
import { Agent, request as sendRequest } from 'node:http'

export interface LoadResult {
  readonly asked: number
  /** With a status below 500. */
  readonly answered: number
  /** By what came instead of an answer: a status, or the error's code. */
  readonly lost: ReadonlyMap<string, number>
  readonly slowestMs: number
}

const answerWithinMs = 15_000

/** Asks until `stop` is aborted, then waits for what is still open. */
export async function shop(storeUrl: string, requestsPerSecond: number, stop: AbortSignal): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const open = new Set<Promise<void>>()
  const lost = new Map<string, number>()
  let [asked, answered, slowestMs] = [0, 0, 0]
  const askOne = async (n: number) => {
    const startedAt = performance.now()
    const ended = await ask(agent, storeUrl, n)
    slowestMs = Math.max(slowestMs, performance.now() - startedAt)
    if (typeof ended === 'number' && ended < 500) answered++
    else lost.set(String(ended), (lost.get(String(ended)) ?? 0) + 1)
  }
  await new Promise<void>(resolve => {
    const asking = setInterval(() => {
      const one: Promise<void> = askOne(asked++).finally(() => open.delete(one))
      open.add(one)
    }, 1_000 / requestsPerSecond)
    stop.addEventListener(
      'abort',
      () => {
        clearInterval(asking)
        resolve()
      },
      { once: true },
    )
  })
  await Promise.all(open)
  agent.destroy()
  return { asked, answered, lost, slowestMs }
}

/** Of twenty: three check out, two look at a page of the catalogue, the others at one product. */
function requestOf(n: number): { method: string; path: string; body?: object } {
  const productId = 1 + ((n * 7) % 240)
  if (n % 20 < 3) {
    const body = {
      email: `shopper-${1 + (n % 500)}@techmart.example`,
      country: 'US',
      items: [{ productId, quantity: 1 }],
    }
    return { method: 'POST', path: '/api/orders', body }
  }
  return { method: 'GET', path: n % 20 < 5 ? '/api/products?pageSize=5' : `/api/products/${productId}` }
}

/** The status, or the code of what went wrong. */
function ask(agent: Agent, storeUrl: string, n: number): Promise<number | string> {
  const { method, path, body } = requestOf(n)
  const text = body && JSON.stringify(body)
  const headers = {
    authorization: 'Bearer test-token-789',
    ...(text && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
  }
  return new Promise(resolve => {
    const request = sendRequest(`${storeUrl}${path}`, { method, headers, agent, timeout: answerWithinMs }, reply => {
      reply.resume()
      reply.once('end', () => resolve(reply.statusCode ?? 0))
      reply.once('error', error => resolve(codeOf(error)))
    })
    request.once('timeout', () => request.destroy(new Error(`silent for ${answerWithinMs} ms`)))
    request.once('error', error => resolve(codeOf(error)))
    request.end(text)
  })
}

const codeOf = (error: Error): string => ('code' in error ? String(error.code) : error.message)
