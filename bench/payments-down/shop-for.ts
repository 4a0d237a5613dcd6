// Shoppers at a constant rate, whatever the answers take: a slow answer does not thin out the requests.
import { setTimeout as after } from 'node:timers/promises'

export interface Answered {
  /** 0 where there was no answer. */
  readonly status: number
  readonly message: string
  readonly ms: number
}

const pagesPerSecond = 30
const checkoutsPerSecond = 3
const headers = { authorization: 'Bearer test-token-789', 'content-type': 'application/json' }

async function ask(url: string, init: RequestInit = {}): Promise<Answered> {
  const begunAt = performance.now()
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(15_000), ...init })
    const body = (await answer.json()) as { message?: string }
    return { status: answer.status, message: body.message ?? '', ms: performance.now() - begunAt }
  } catch (error) {
    return { status: 0, message: String(error), ms: performance.now() - begunAt }
  }
}

let asked = 0

/** Every other page is one product's, with what its reviews say. */
const look = (storeUrl: string): Promise<Answered> => {
  asked += 1
  const product = 1 + (asked % 240)
  return ask(
    asked % 2 === 0 ? `${storeUrl}/api/products/${product}` : `${storeUrl}/api/products?page=${1 + (asked % 12)}`,
  )
}

export const checkOut = (storeUrl: string): Promise<Answered> => {
  asked += 1
  const body = JSON.stringify({
    email: `bench-${asked}@techmart.example`,
    country: 'US',
    items: [{ productId: 1 + (asked % 240), quantity: 1 }],
  })
  return ask(`${storeUrl}/api/orders`, { method: 'POST', body })
}

/** Pages and checkouts side by side for so long; resolves with the last answer. */
export async function shopFor(storeUrl: string, seconds: number) {
  const atRate = async (perSecond: number, act: () => Promise<Answered>): Promise<Answered[]> => {
    const begunAt = performance.now()
    const answers: Promise<Answered>[] = []
    for (let n = 0; n < perSecond * seconds; n += 1) {
      const waitMs = begunAt + (n * 1000) / perSecond - performance.now()
      if (waitMs > 0) await after(waitMs)
      answers.push(act())
    }
    return Promise.all(answers)
  }
  const [pages, checkouts] = await Promise.all([
    atRate(pagesPerSecond, () => look(storeUrl)),
    atRate(checkoutsPerSecond, () => checkOut(storeUrl)),
  ])
  return { pages, checkouts }
}
