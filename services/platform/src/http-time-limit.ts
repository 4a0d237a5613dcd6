// Every request has an end. Fastify's own handlerTimeout is not used: it is cleared when the request's body has been read, which
// leaves every POST without a limit.
import type { FastifyRequest } from 'fastify'
import type { HttpApp } from './http-app.ts'
import { whenOver } from './http-end.ts'
import { UpstreamError } from './refusals.ts'

const aborts = new WeakMap<FastifyRequest['raw'], AbortController>()

/** Aborted when the caller hung up or the request's time is over: hand it to what the request waits for. */
export function signalOf(request: Pick<FastifyRequest, 'raw'>): AbortSignal {
  let abort = aborts.get(request.raw)
  if (abort === undefined) {
    abort = new AbortController()
    aborts.set(request.raw, abort)
  }
  return abort.signal
}

/** Answers 504 `timeout` when a request is not answered in time. The handler goes on; its signal is aborted. */
export function limitHandling(app: HttpApp, timeoutMs: number): void {
  app.addHook('onRequest', (request, reply, done) => {
    const abort = new AbortController()
    aborts.set(request.raw, abort)
    const timer = setTimeout(() => {
      if (!reply.sent) {
        reply.send(
          new UpstreamError(`The request was not answered within ${timeoutMs} ms.`, {
            kind: 'timeout',
            dependency: 'self',
          }),
        )
      }
      abort.abort()
    }, timeoutMs)
    whenOver(reply.raw, complete => {
      clearTimeout(timer)
      if (!complete) abort.abort()
    })
    done()
  })
}
