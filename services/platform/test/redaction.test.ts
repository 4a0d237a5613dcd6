import assert from 'node:assert/strict'
import { test } from 'node:test'
import { withoutPathSecrets, withoutQueryValues, withoutSecrets, withoutUrlSecrets } from '@techmart/platform/redaction'

test('e-mail addresses are blotted out, plain and percent-encoded, and other text stays', () => {
  const text = 'for ada@techmart.example and grace.h%2Bshop%40mail.techmart.example, order 11 @ 5 pm, a%40b'

  assert.equal(withoutSecrets(text), 'for [e-mail] and [e-mail], order 11 @ 5 pm, a%40b')
})

test('card numbers are blotted out, in one and in groups, and other numbers stay', () => {
  const cards =
    '4111111111111111, 4111 1111 1111 1111, 5500-0000-0000-0004, 4111%201111%201111%201111 and 3782 822463 10005'
  const others =
    'at 1700000000000 ms, 1700000000000000000 ns, order 7ec4a127-4000-4000-8000-000000004000, 4111111111 cents, 4.111111111111111'

  assert.equal(withoutSecrets(cards), '[card], [card], [card], [card] and [card]')
  assert.equal(withoutSecrets(others), others)
})

test('tokens are blotted out, and the word token stays', () => {
  assert.equal(
    withoutSecrets('with Bearer abc.def-123 or "user-token-123", else the token is unknown'),
    'with [token] or "[token]", else the token is unknown',
  )
})

test("a path keeps words, ids and numbers, and loses what may be somebody's", () => {
  for (const path of [
    '/',
    '/api/products/11',
    '/api/admin/upload-products',
    '/api/promotions/WELCOME10',
    '/docs/static/swagger-ui.css',
    '/runbooks/JourneyBurnsFast',
    '/api/orders/7ec4a127-0001-4000-8000-000000010000',
    '/lab/traces/0af7651916cd43dd8448eb211c80319c',
  ]) {
    assert.equal(withoutPathSecrets(path), path)
  }
  assert.equal(withoutPathSecrets('/api/users/ada@techmart.example'), '/api/users/REDACTED')
  assert.equal(withoutPathSecrets('/api/users/ada%40techmart.example/x'), '/api/users/REDACTED/x')
  assert.equal(withoutPathSecrets('/api/orders/user-token-123'), '/api/orders/REDACTED')
  assert.equal(withoutPathSecrets('/api/products/4111111111111111'), '/api/products/REDACTED')
})

test('query names stay and query values go', () => {
  assert.equal(withoutQueryValues('email=ada%40techmart.example&page=2&flag'), 'email=REDACTED&page=REDACTED&flag')
  assert.equal(withoutQueryValues('ada@techmart.example'), 'REDACTED')
  assert.equal(
    withoutQueryValues('tk00a1b2&4111111111111111=&filter[a]=1'),
    'REDACTED&REDACTED=REDACTED&filter[a]=REDACTED',
  )
})

test('a URL loses its query values, its fragment and its credentials', () => {
  assert.equal(
    withoutUrlSecrets('http://ada:hunter2@api:3001/api/orders?email=ada@techmart.example#top'),
    'http://api:3001/api/orders?email=REDACTED',
  )
  assert.equal(withoutUrlSecrets('http://api:3001/api/orders'), 'http://api:3001/api/orders')
  assert.equal(
    withoutUrlSecrets('http://api:3001/api/users/ada%40techmart.example?page=2'),
    'http://api:3001/api/users/REDACTED?page=REDACTED',
  )
})
