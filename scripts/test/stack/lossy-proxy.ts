// Stands between customers and the store and loses replies: the request is delivered and worked on, and its answer never comes.
// Half of the lost ones are cut while the store is still at work, so that the next try meets the first; half after the answer was
// there.
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { TestContext } from 'node:test'

export interface LossyProxy {
  readonly url: string
  counts(): { readonly requests: number; readonly lost: number }
}

export async function startLossyProxy(t: TestContext, storeUrl: string, lossRatio: number): Promise<LossyProxy> {
  const counts = { requests: 0, lost: 0 }
  const target = new URL(storeUrl)

  function passOn(incoming: IncomingMessage, outgoing: ServerResponse): void {
    counts.requests++
    const fate = Math.random()
    const cut = () => outgoing.destroy()
    if (fate < lossRatio) counts.lost++
    const { host: _host, connection: _connection, ...headers } = incoming.headers
    const onward = request(
      { host: target.hostname, port: target.port, method: incoming.method, path: incoming.url, headers },
      reply => {
        if (fate < lossRatio) {
          reply.resume().once('close', cut)
          return
        }
        outgoing.writeHead(reply.statusCode ?? 502, reply.headers)
        reply.pipe(outgoing)
        reply.once('error', cut)
      },
    )
    onward.once('error', cut)
    incoming.pipe(onward)
    // The request goes on to the store whole, whatever becomes of whoever asked.
    if (fate < lossRatio / 2) onward.once('finish', () => setTimeout(cut, 5 + Math.random() * 100))
  }

  const server = createServer(passOn)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    return new Promise(resolve => server.close(resolve))
  })
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, counts: () => ({ ...counts }) }
}
