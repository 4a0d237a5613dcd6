import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCodes } from '@techmart/contracts/errors'
import { ApiError, type Trouble } from '../src/api/api-error.ts'
import { isFinal, toCheckoutWords, toWords } from '../src/api/words.ts'

const troubles: readonly Trouble[] = [...errorCodes, 'unreachable']
/** Words of programs, which tell a shopper nothing. */
const jargon =
  /\b(error|null|undefined|body|params|upstream|circuit|idempotency|request|server|50\d|4\d\d|json)\b|[{}]/i

test('whatever goes wrong is said in a sentence, and in no word of programs', () => {
  for (const trouble of troubles) {
    const said = { message: 'The card was declined: insufficient funds. Nothing was charged.' }
    for (const words of [toWords(new ApiError(trouble, said)), toCheckoutWords(new ApiError(trouble, said))]) {
      assert.match(words, /^[A-Z].+\.$/, trouble)
      assert.doesNotMatch(words, jargon, trouble)
    }
  }
  assert.match(toWords(new TypeError("Cannot read properties of undefined (reading 'x')")), /out of order/)
})

test('what the shop says of an order is passed on, a field by its plain name', () => {
  const declined = new ApiError('declined', { message: 'The card was declined: expired card. Nothing was charged.' })
  const wrong = new ApiError('invalid', { message: 'body.title is shown to everybody: leave e-mail addresses out.' })

  assert.match(toCheckoutWords(declined), /expired card/)
  assert.equal(toWords(wrong), 'The field title is shown to everybody: leave e-mail addresses out.')
})

test('at the till the shop’s own words are passed on where it knows that nobody was charged', () => {
  for (const message of [
    'Payments cannot be taken just now. Nothing was ordered and nothing was charged; please try again in a minute.',
    'Your order cannot be taken just now. The order was undone and you are not charged; please try again in a minute.',
  ]) {
    assert.equal(toCheckoutWords(new ApiError('unavailable', { message })), message)
  }
})

test('whatever else fails at the till leaves open what was charged, and says that it is safe to press again', () => {
  const message = 'Something this service needs is not available just now. Please try again.'
  for (const trouble of ['unavailable', 'internal', 'timeout', 'unreachable', 'conflict'] as const) {
    const words = toCheckoutWords(new ApiError(trouble, { message }))
    assert.match(
      words,
      /cannot say yet whether your order went through.*once more.*you get it once, and pay for it once/,
    )
  }
})

test('only an answer that stands lets the next try be a new order', () => {
  const final = troubles.filter(trouble => isFinal(new ApiError(trouble, {})))

  assert.deepEqual(final, ['invalid', 'key_reused', 'out_of_stock', 'declined'])
  assert.equal(isFinal(new TypeError('fetch failed')), false)
})
