import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutEmails, withoutQueryValues, withoutUrlSecrets } from '@techmart/platform/redaction'

test('e-mail addresses are blotted out, plain and percent-encoded, and other text stays', () => {
  const text = 'for ada@techmart.example and grace.h%2Bshop%40mail.techmart.example, order 11 @ 5 pm, a%40b'

  assert.equal(withoutEmails(text), 'for [e-mail] and [e-mail], order 11 @ 5 pm, a%40b')
})

test('query names stay and query values go', () => {
  assert.equal(withoutQueryValues('email=ada%40techmart.example&page=2&flag'), 'email=REDACTED&page=REDACTED&flag')
  assert.equal(withoutQueryValues('ada@techmart.example'), '[e-mail]')
})

test('a URL loses its query values, its fragment and its credentials', () => {
  assert.equal(
    withoutUrlSecrets('http://ada:hunter2@api:3001/api/orders?email=ada@techmart.example#top'),
    'http://api:3001/api/orders?email=REDACTED',
  )
  assert.equal(withoutUrlSecrets('http://api:3001/api/orders'), 'http://api:3001/api/orders')
})
