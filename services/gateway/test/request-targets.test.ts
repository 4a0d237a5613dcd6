// What an upstream gets is what was routed, to the byte: a request line that one of the two reads otherwise would lead a stranger
// to what is not public, such as the hooks of the lab.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { type TestContext, test } from 'node:test'
import { type Edge, startEdge, startUpstream } from './edge.ts'

/** An edge whose upstreams tell what they were asked for. */
async function startHeard(t: TestContext): Promise<{ edge: Edge; heard: string[] }> {
  const heard: string[] = []
  const url = await startUpstream(t, (request, reply) => {
    request.resume()
    heard.push(`${request.method} ${request.url}`)
    reply.end('{}')
  })
  return { edge: await startEdge(t, { apiUrl: url, usersUrl: url, inventoryUrl: url, labUrl: url }), heard }
}

/** Sends the request line as it is: fetch and node:http would mend it. */
async function say(edge: Edge, line: string): Promise<{ status: number; text: string }> {
  const { hostname, port } = new URL(edge.url)
  const socket = connect(Number(port), hostname)
  const chunks: Buffer[] = []
  socket.on('data', chunk => chunks.push(chunk))
  socket.on('error', () => {})
  socket.write(`${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`)
  await once(socket, 'close')
  const text = Buffer.concat(chunks).toString()
  return { status: Number(text.split(' ')[1]), text: text.slice(text.indexOf('\r\n\r\n') + 4) }
}

for (const target of [
  'http://x/lab/../hooks/alerts',
  'http://x/lab/../metrics',
  'HTTP://x/lab/../hooks/alerts',
  'https://user@x:1/lab/../hooks/alerts',
  'http://x/lab/%2e%2e/hooks/alerts',
  'http://x/lab/.%2E/hooks/alerts',
  'http://x/lab/..\\hooks/alerts',
  'http://x/lab\\..\\hooks/alerts',
  'http://x/lab/./faults',
  'http://x//lab/../hooks/alerts',
  '/lab/../hooks/alerts',
  '/lab/..',
  '/lab/.',
  '/lab/%2e%2e/hooks/alerts',
  '/lab/%2E./hooks/alerts',
  '/lab/..%2fhooks/alerts',
  '/lab/..%5Chooks/alerts',
  '/lab%2f..%2fhooks/alerts',
  '/lab/..\\hooks/alerts',
  '/lab/\\..\\hooks/alerts',
  '/lab/faults\\',
  '/lab/../hooks/alerts?after=1',
  '/lab/..#/faults',
  '//lab/../hooks/alerts',
  '//x/lab/../hooks/alerts',
  '/%6cab/../hooks/alerts',
  '/api/products/../../lab/faults',
  '/api/../lab/faults',
  '/assets/../sizes.json',
]) {
  test(`${target} is refused and passed on to nobody`, { timeout: 10_000 }, async t => {
    const { edge, heard } = await startHeard(t)

    const answer = await say(edge, `POST ${target}`)

    assert.equal(answer.status, 400, answer.text)
    assert.deepEqual([JSON.parse(answer.text).error, JSON.parse(answer.text).field], ['invalid', 'url'])
    assert.deepEqual(heard, [])
  })
}

for (const [target, passedOn] of [
  ['/lab/faults?x=/../hooks', '/lab/faults?x=/../hooks'],
  ['/lab/faults/..a/.b/c..', '/lab/faults/..a/.b/c..'],
  ['/lab//hooks/alerts', '/lab//hooks/alerts'],
  ['/lab/%252e%252e/hooks/alerts', '/lab/%252e%252e/hooks/alerts'],
  ['/lab/a%20b%C3%A9', '/lab/a%20b%C3%A9'],
  ['http://x/lab/a%20b?y=%2e%2e/z', '/lab/a%20b?y=%2e%2e/z'],
  ['http://user:word@x:8080/lab/faults', '/lab/faults'],
  ['HTTPS://x/api/products?page=2', '/api/products?page=2'],
] as const) {
  test(`${target} is passed on as ${passedOn}`, { timeout: 10_000 }, async t => {
    const { edge, heard } = await startHeard(t)

    const answer = await say(edge, `GET ${target}`)

    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(heard, [`GET ${passedOn}`])
  })
}

for (const target of [
  '//lab/faults',
  'http://x',
  'http://x?/lab/faults',
  '*',
  'ftp://x/lab/faults',
  'http:///lab/faults',
  'http://x\\lab/../hooks/alerts',
  '/lab/caf\u00e9',
]) {
  test(`${target} leads to no upstream`, { timeout: 10_000 }, async t => {
    const { edge, heard } = await startHeard(t)

    const answer = await say(edge, `POST ${target}`)

    assert.ok(answer.status >= 400 && answer.status < 500, `${answer.status} ${answer.text}`)
    assert.deepEqual(heard, [])
  })
}
