// Two tiny servers need no framework: this keeps the stand-in small, in memory too. Every answer says who gives it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** No client may take it for the real store. */
export const standInHeader = { 'x-trace-store': 'stand-in' } as const

/** `text` goes out as plain text, `json` as it is when it is text already. */
export interface Answer {
  readonly status: number
  readonly text?: string
  readonly json?: string | object
}

export type Handler = (request: IncomingMessage, url: URL) => Answer | Promise<Answer>

/** A request that cannot be answered as asked; the message is for the caller. */
export class RequestError extends Error {
  override name = 'RequestError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

function send(response: ServerResponse, { status, text, json }: Answer): void {
  response.writeHead(status, {
    ...standInHeader,
    'content-type': json === undefined ? 'text/plain; charset=utf-8' : 'application/json',
  })
  response.end(json === undefined ? text : typeof json === 'string' ? json : JSON.stringify(json))
}

export function openHttpServer(port: number, handler: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    Promise.resolve()
      .then(() => handler(request, url))
      .then(answer => send(response, answer))
      .catch((error: unknown) => {
        const status = error instanceof RequestError ? error.status : 500
        send(response, { status, json: { message: error instanceof Error ? error.message : String(error) } })
      })
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, () => resolve(server))
  })
}

/** The whole body as text, unpacked; refused beyond `maxBytes`, packed or not. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw new RequestError(413, `The body may have ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  const body = Buffer.concat(chunks)
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding === 'identity') return body.toString()
  if (encoding !== 'gzip') throw new RequestError(415, `Content-Encoding may be gzip or identity, not '${encoding}'.`)
  try {
    return (await promisify(gunzip)(body, { maxOutputLength: maxBytes })).toString()
  } catch (cause) {
    throw new RequestError(400, `The body is not gzip, or unpacks to more than ${maxBytes} bytes: ${String(cause)}.`)
  }
}
