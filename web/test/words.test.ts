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

test('a payment outage is called one at the till, and a lost answer says that it is safe to press again', () => {
  assert.match(toCheckoutWords(new ApiError('unavailable', {})), /cannot take payments/)
  assert.match(toCheckoutWords(new ApiError('timeout', {})), /once more/)
  assert.match(toCheckoutWords(new ApiError('unreachable', {})), /pay for it once/)
})

test('only an answer that stands lets the next try be a new order', () => {
  const final = troubles.filter(trouble => isFinal(new ApiError(trouble, {})))

  assert.deepEqual(final, ['invalid', 'key_reused', 'out_of_stock', 'declined'])
  assert.equal(isFinal(new TypeError('fetch failed')), false)
})
