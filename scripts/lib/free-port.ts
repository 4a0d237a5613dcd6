// A port of this machine's loopback that nobody listens on, for a server that a test or a bench is about to start.
import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/**
 * Chosen below the ports that the system gives to whoever asks for any (32768 and up on Linux): on a busy machine one of those
 * is taken again before its server starts.
 */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000)
    const server = createServer()
    const isFree = await new Promise<boolean>(resolve => {
      server.once('error', () => resolve(false))
      server.listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise(resolve => server.close(resolve))
    return port
  }
}
