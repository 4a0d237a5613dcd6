// What a shopper reads when something did not work: what happened, and what to do about it. The one place for such words.
import { ApiError, type Trouble } from './api-error.ts'

export const emailWords = 'Please enter an e-mail address like name@example.com.'

const troubled = 'Part of our store is out of order just now. Please try again in a minute.'

const words: Partial<Record<Trouble, string>> = {
  unreachable: 'We cannot reach the store. Please check that you are online, then try again.',
  timeout: 'The store is taking longer than it should. Please try again.',
  unavailable: troubled,
  internal: troubled,
  rate_limited: 'That was a lot at once. Please wait a minute, then try again.',
  not_found: 'There is no such thing in our store. It may have been removed.',
  unauthorized: 'Please sign in first.',
  forbidden: 'This belongs to somebody else. Please sign in as who it belongs to.',
  conflict: 'We are still busy with your last try. Please ask again in a moment.',
  key_reused: 'Something changed since your last try. Please try once more.',
}

/** Words of a refusal that the shop itself finds (sold out, declined, a code that is over) are meant for people already. */
export function toWords(error: unknown): string {
  if (!(error instanceof ApiError)) return troubled
  return words[error.trouble] ?? error.message.replace(/^body\./, 'The field ')
}

const inDoubt = 'and cannot say yet whether your order went through. Press Pay once more'
const safely = ': you get it once, and pay for it once.'

/** The same at the till, where people want to know what became of their money. */
export function toCheckoutWords(error: unknown): string {
  const { trouble = 'internal', message = '' } = error as Partial<ApiError>
  // The shop itself says so where it knows; anything else that failed may have been done.
  if (/charged/.test(message)) return message
  if (['unavailable', 'internal'].includes(trouble)) {
    return `We cannot take orders just now, ${inDoubt} in a minute${safely}`
  }
  if (['unreachable', 'timeout', 'conflict'].includes(trouble)) return `We did not hear back, ${inDoubt}${safely}`
  return toWords(error)
}

/** Whether the answer stands: the next try is a new one. After anything else, asking again asks for the same. */
export const isFinal = (error: unknown): boolean =>
  error instanceof ApiError && ['invalid', 'declined', 'out_of_stock', 'key_reused'].includes(error.trouble)

/** Whether the same question by the same shopper will get the same answer. */
export const isLasting = (error: unknown): boolean =>
  isMissing(error) || (error instanceof ApiError && error.trouble === 'forbidden')

/** Whether what was asked for by its name is not there, or cannot be: nothing is ever called that. */
export const isMissing = (error: unknown): boolean =>
  error instanceof ApiError && ['not_found', 'invalid'].includes(error.trouble)
