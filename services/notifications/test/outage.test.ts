// What waits and what is given up: the difference is whether the next message would fare any better.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CircuitOpenError } from '@techmart/platform/circuit'
import { makeHttpClient } from '@techmart/platform/http-client'
import { buildMetrics } from '@techmart/platform/metrics'
import { UpstreamError } from '@techmart/platform/refusals'
import { fakeLog } from '@techmart/platform/testing'
import { makeConfirmOrder } from '../src/confirm-order.ts'
import { isOutage } from '../src/is-outage.ts'
import { MailFailedError, makeMailClient } from '../src/mail-client.ts'
import { makeNotify } from '../src/notify.ts'
import { lampOrder, makeFailingMail, makeMemoryNotifications, makeRecordedEvents } from './fakes.ts'

test('a database that is away and a provider that is left alone are waited out; a mail that fails is not', () => {
  assert.ok(isOutage(new UpstreamError('no answer', { kind: 'refused', dependency: 'postgres' })))
  assert.ok(isOutage(new CircuitOpenError('mail-provider')))
  assert.ok(!isOutage(new MailFailedError('The mail provider answered with 503.')))
  assert.ok(!isOutage(new UpstreamError('no answer', { kind: 'timeout', dependency: 'mail-provider' })))
})

test('a mail that was not tried is not counted as failed, and leaves when the provider is asked again', async () => {
  const mail = makeFailingMail(1, new CircuitOpenError('mail-provider'))
  const events = makeRecordedEvents()
  const confirmOrder = makeConfirmOrder(makeNotify({ notifications: makeMemoryNotifications(), mail, events }))

  await assert.rejects(confirmOrder(lampOrder), CircuitOpenError)
  await confirmOrder(lampOrder)

  assert.deepEqual(events.happened, ['sent'])
})

test('a provider that fails every mail is soon left alone', async () => {
  const metrics = buildMetrics()
  const provider = makeHttpClient({
    // Nobody listens there.
    baseUrl: 'http://127.0.0.1:9',
    timeoutMs: 500,
    dependency: 'mail-provider',
    metrics,
    circuit: { log: fakeLog(), countsServerErrors: true },
  })
  const client = makeMailClient({ http: provider, timeoutMs: 500, pause: async () => {} })
  const mail = { messageKey: 'event-1', to: 'ada@techmart.example', template: 'welcome', data: {} } as const

  const errors = [await client.send(mail).catch(error => error), await client.send(mail).catch(error => error)]

  assert.ok(!isOutage(errors[0]), String(errors[0]))
  assert.ok(isOutage(errors[1]), String(errors[1]))
})
