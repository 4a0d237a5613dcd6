// Requests that no route and no hook ever sees: a path that cannot be read, and bytes that are no request. They are answered in
// the one shape all the same, and nothing in them is worth a span.
import type { Socket } from 'node:net'
import type { ErrorBody } from '@techmart/contracts/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'

/** For Fastify's `frameworkErrors`. */
export function answerUnroutable(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH'
  const body: ErrorBody = {
    error: isTooLong ? 'too_large' : 'invalid',
    message: isTooLong ? 'A part of the path is too long.' : 'The path cannot be read: is it percent-encoded as UTF-8?',
    field: 'url',
    requestId: request.id,
  }
  reply
    .code(isTooLong ? 414 : 400)
    .headers({ 'x-content-type-options': 'nosniff', 'x-request-id': request.id })
    .send(body)
}

interface BrokenAnswer {
  readonly status: string
  readonly error: ErrorBody['error']
  readonly message: string
  readonly field: string
}

const unreadable: BrokenAnswer = {
  status: '400 Bad Request',
  error: 'invalid',
  message: 'This is not a request that HTTP/1.1 knows.',
  field: 'request',
}

const brokenByCode: Readonly<Record<string, BrokenAnswer | undefined>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    error: 'too_large',
    message: 'The address and headers together are larger than the 16 KiB allowed.',
    field: 'headers',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    error: 'timeout',
    message: 'The request did not arrive whole in time.',
    field: 'request',
  },
}

/** For Fastify's `clientErrorHandler`. The connection ends with it: where the next request would begin is not known. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const { status, ...answer } = brokenByCode[error.code ?? ''] ?? unreadable
  const body: ErrorBody = { ...answer, requestId: crypto.randomUUID() }
  const text = JSON.stringify(body)
  if (socket.writable) {
    socket.write(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(text)}\r\n` +
        `x-content-type-options: nosniff\r\nconnection: close\r\n\r\n${text}`,
    )
  }
  socket.destroy(error)
}
