import assert from 'node:assert/strict'
import { test } from 'node:test'
import { makeCarrier } from '../src/carrier.ts'
import { makeMailProvider } from '../src/mail-provider.ts'
import { makePaymentProvider } from '../src/payment-provider.ts'
import { buildTestApp, chances, listen, perfectRates } from './fakes.ts'

const charge = { chargeKey: 'order-7', amountCents: 1_30, country: 'US' }

test('a decline is an answer with a reason, not an error', async t => {
  const ratesOf = () => ({ declineRatio: 1, technicalRatio: 0 })
  const payment = makePaymentProvider({ seed: 's', ratesOf, chance: chances(0.5), rememberedKeys: 10 })
  const app = buildTestApp(t, { payment })

  const reply = await app.inject({ method: 'POST', url: '/payment/charges', body: charge })

  assert.equal(reply.statusCode, 200)
  assert.equal(reply.json().status, 'declined')
  assert.match(reply.json().reason, /^(insufficient_funds|card_expired|suspected_fraud)$/)
})

test('a lost reply breaks the connection after the charge was made', async t => {
  const ratesOf = () => ({ declineRatio: 0, technicalRatio: 0.01 })
  const payment = makePaymentProvider({ seed: 's', ratesOf, chance: chances(0.006, 0.5), rememberedKeys: 10 })
  const url = await listen(buildTestApp(t, { payment }))
  const send = (path: string) =>
    fetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(charge),
    })

  await assert.rejects(send('/payment/charges'), /fetch failed/)

  assert.equal((await send('/payment/charges')).status, 200)
})

test('a charge with an unknown field or country is refused', async t => {
  const app = buildTestApp(t)

  const unknownField = await app.inject({ method: 'POST', url: '/payment/charges', body: { ...charge, card: '4111' } })
  const unknownCountry = await app.inject({
    method: 'POST',
    url: '/payment/charges',
    body: { ...charge, country: 'XX' },
  })

  assert.deepEqual([unknownField.statusCode, unknownCountry.statusCode], [400, 400])
})

test('a refund answers refunded, and 404 for a key that was never charged', async t => {
  const app = buildTestApp(t)
  await app.inject({ method: 'POST', url: '/payment/charges', body: charge })

  const known = await app.inject({ method: 'POST', url: '/payment/charges/order-7/refund' })
  const unknown = await app.inject({ method: 'POST', url: '/payment/charges/order-8/refund' })

  assert.deepEqual(known.json(), { chargeKey: 'order-7', status: 'refunded' })
  assert.equal(unknown.statusCode, 404)
})

test('a mail is accepted, or answered with 503 when the provider fails', async t => {
  const mail = makeMailProvider({ failureRatio: 0.05, chance: chances(0.5, 0.01), rememberedKeys: 10 })
  const app = buildTestApp(t, { mail })
  const body = {
    messageKey: 'event-1',
    to: 'someone@example.com',
    template: 'order-confirmation',
    data: { total: 130 },
  }

  const accepted = await app.inject({ method: 'POST', url: '/mail/messages', body })
  const failed = await app.inject({ method: 'POST', url: '/mail/messages', body })

  assert.equal(accepted.statusCode, 202)
  assert.equal(failed.statusCode, 503)
})

test('a price is answered, a carrier that fails with 503, and a wrong question with 400', async t => {
  const asked: unknown[] = []
  const carrier = makeCarrier({ failureRatioOf: () => 0.05, chance: chances(0.5, 0.01) })
  const app = buildTestApp(t, { carrier, takeTime: async (...of) => void asked.push(of) })
  const ask = (body: object) => app.inject({ method: 'POST', url: '/shipping/quotes', body })

  const quoted = await ask({ country: 'JP', pieces: 3 })
  const failed = await ask({ country: 'JP', pieces: 3 })
  const wrong = [await ask({ country: 'XX', pieces: 3 }), await ask({ country: 'JP', pieces: 0 }), await ask({})]

  assert.deepEqual([quoted.statusCode, quoted.json()], [200, { country: 'JP', pieces: 3, cents: 1_130 }])
  assert.equal(failed.statusCode, 503)
  assert.deepEqual(
    wrong.map(reply => reply.statusCode),
    [400, 400, 400],
  )
  assert.deepEqual(asked, [
    ['carrier', 'JP'],
    ['carrier', 'JP'],
  ])
})

test('there is a health answer and no metrics', async t => {
  const payment = makePaymentProvider({ seed: 's', ratesOf: perfectRates, chance: chances(0.5), rememberedKeys: 10 })
  const app = buildTestApp(t, { payment })

  const health = await app.inject({ method: 'GET', url: '/health' })
  const metrics = await app.inject({ method: 'GET', url: '/metrics' })

  assert.equal(health.json().status, 'up')
  assert.equal(metrics.statusCode, 404)
})
