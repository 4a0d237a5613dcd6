// Customers who do not take silence for an answer: they ask again under the same Idempotency-Key until the store says what became
// of their order, or of their upload.
import type { CustomerAnswer } from '../../books/books.ts'
import type { UploadHandedIn } from '../../books/read-books.ts'
import { type Answer, ask, tokens } from './lab.ts'
import { makeRows, uploadPath } from './uploads.ts'

const countries = ['US', 'GB', 'DE', 'FR', 'JP', 'BR', 'IN']
const codes = [undefined, undefined, undefined, 'WELCOME10', 'LAMP5']
const givesUpAfterMs = 180_000

const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)] as T
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

/** No answer, a failure, or "ask again in a moment": only these are asked again. */
const isFinal = ({ status, body }: Answer): boolean =>
  status < 500 && status !== 429 && !(status === 409 && body.error === 'conflict')

async function askUntilTold(url: string, key: string, json: object): Promise<Answer | undefined> {
  const giveUpAt = Date.now() + givesUpAfterMs
  while (Date.now() < giveUpAt) {
    const headers = { 'idempotency-key': key }
    const answer = await ask(url, { method: 'POST', token: tokens.test, json, headers }).catch(() => undefined)
    if (answer !== undefined && isFinal(answer)) return answer
    await pause(150 + Math.random() * 350)
  }
  return undefined
}

export async function checkOut(storeUrl: string, emails: readonly string[]): Promise<CustomerAnswer> {
  const key = crypto.randomUUID()
  const email = pick(emails)
  const productIds = new Set(
    Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => 1 + Math.floor(Math.random() * 60)),
  )
  const items = [...productIds].map(productId => ({ productId, quantity: 1 + Math.floor(Math.random() * 3) }))
  const promotionCode = pick(codes)
  const order = { email, country: pick(countries), items, ...(promotionCode === undefined ? {} : { promotionCode }) }
  const answer = await askUntilTold(`${storeUrl}/api/orders`, key, order)
  const told = { key, email, status: answer?.status ?? 0 }
  if (answer?.status !== 201) return told
  return { ...told, orderId: answer.body.order.id, totalCents: answer.body.order.totalCents }
}

export async function handIn(storeUrl: string, count: number): Promise<UploadHandedIn> {
  const products = makeRows(count)
  const answer = await askUntilTold(`${storeUrl}${uploadPath}`, crypto.randomUUID(), { products })
  if (answer?.status !== 202)
    throw new Error(`An upload was answered with ${answer?.status}: ${JSON.stringify(answer?.body)}`)
  return { jobId: answer.body.id, rows: count, skuPrefix: (products[0]?.sku ?? '').replace(/\d+$/, '') }
}

/** Signs customers up, straight at the store; gives their addresses. */
export async function signUp(storeUrl: string, count: number): Promise<string[]> {
  const mark = crypto.randomUUID().slice(0, 8)
  const emails = Array.from({ length: count }, (_, n) => `books-${mark}-${n}@techmart.example`)
  for (const email of emails) {
    const json = { email, name: 'A customer with books', country: pick(countries) }
    const { status, body } = await ask(`${storeUrl}/api/users`, { method: 'POST', token: tokens.test, json })
    if (status !== 201) throw new Error(`A customer could not sign up: ${status} ${JSON.stringify(body)}`)
  }
  return emails
}
