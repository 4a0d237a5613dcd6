import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { HttpClient } from '@techmart/platform/http-client'
import { UpstreamError } from '@techmart/platform/refusals'
import { type Mail, MailFailedError, makeMailClient } from '../src/mail-client.ts'

const mail: Mail = {
  messageKey: 'event-1',
  to: 'ada@techmart.example',
  template: 'order-confirmation',
  data: { totalCents: 1_30 },
}

/** Answers with these statuses, or breaks where it says 'reset'. */
function makeScriptedHttp(script: readonly (number | 'reset')[]) {
  let asked = 0
  const call = async () => {
    const answer = script[asked++]
    if (answer === undefined || answer === 'reset') {
      throw new UpstreamError('The mail provider hung up.', { kind: 'reset', dependency: 'mail-provider' })
    }
    return { status: answer, body: undefined }
  }
  return { http: { call } as unknown as HttpClient, asked: () => asked }
}

test('a mail that fails twice is handed over at the third try', async () => {
  const { http, asked } = makeScriptedHttp([503, 'reset', 202])
  const client = makeMailClient({ http, timeoutMs: 2_000, pause: async () => {} })

  await client.send(mail)

  assert.equal(asked(), 3)
})

test('after three tries the mail is given up, and the reason names no address', async () => {
  const { http, asked } = makeScriptedHttp([503, 503, 503, 202])
  const client = makeMailClient({ http, timeoutMs: 2_000, pause: async () => {} })

  const sending = client.send(mail)

  await assert.rejects(sending, (error: Error) => error instanceof MailFailedError && !error.message.includes('@'))
  assert.equal(asked(), 3)
})
