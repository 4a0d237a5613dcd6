import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { listen } from '@techmart/platform/http-app'
import { buildTestApp } from '@techmart/platform/testing'

/** Sends the bytes as they are, and gives all that comes back until the connection ends. */
async function say(
  port: number,
  bytes: string,
): Promise<{ status: number; body: { error: string; field: string; requestId: string } }> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  // The server may cut what it does not want to read.
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  const text = Buffer.concat(chunks).toString()
  return { status: Number(text.split(' ')[1]), body: JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) }
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${headers}\r\n`

for (const [what, bytes, status, error, field] of [
  ['a path that is no UTF-8', get('/lamps/%C0%80'), 400, 'invalid', 'url'],
  ['a path with a broken escape', get('/lamps/%ZZ'), 400, 'invalid', 'url'],
  ['a path part of 300 signs', get(`/lamps/${'1'.repeat(300)}`), 414, 'too_large', 'url'],
  ['an unknown path', get('/nowhere'), 404, 'not_found', 'url'],
  ['a method that the path does not have', get('/lamps/1').replace('GET', 'DELETE'), 404, 'not_found', 'url'],
  ['an address of 20 KB', get(`/lamps/1?q=${'x'.repeat(20_000)}`), 431, 'too_large', 'headers'],
  ['headers of 20 KB', get('/lamps/1', `x-a: ${'x'.repeat(20_000)}\r\n`), 431, 'too_large', 'headers'],
  ['a method that is none', get('/lamps/1').replace('GET', 'FETCH'), 400, 'invalid', 'request'],
  ['what is no HTTP', 'hello\r\n\r\n', 400, 'invalid', 'request'],
] as const) {
  test(`${what} is ${status} in the one shape`, { timeout: 10_000 }, async t => {
    const app = buildTestApp(t)
    app.get('/lamps/:id', async () => ({}))
    await using listening = await listen(app, 0, { drainWaitMs: 0 })

    const answer = await say(listening.port, bytes)

    assert.equal(answer.status, status)
    assert.deepEqual([answer.body.error, answer.body.field], [error, field])
    assert.match(answer.body.requestId, /^[0-9a-f-]{36}$/)
  })
}
