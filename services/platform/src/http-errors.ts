// Turns whatever was thrown into the one shape of an answer that is not a success. Details of faults go to log and span only.
import type { ErrorBody, ErrorCode } from '@techmart/contracts/errors'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { FastifySchemaValidationError } from 'fastify/types/schema.js'
import type { HttpApp } from './http-app.ts'
import type { Log } from './log.ts'
import { Refusal, UpstreamError } from './refusals.ts'

/** What an answer that is not a success was made from; the journey's span takes its outcome from here. */
export interface AnsweredError {
  readonly error: unknown
  readonly code: ErrorCode
}

const answered = new WeakMap<FastifyReply, AnsweredError>()

/** The error that the reply was made from, if it was made from one. */
export const findAnsweredError = (reply: FastifyReply): AnsweredError | undefined => answered.get(reply)

/** Sets the handlers for errors and for unknown routes. Faults are logged once, here; refusals are not, they are expected. */
export function answerErrors(app: HttpApp, log: Log): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const { status, body } = toAnswer(error, request)
    answered.set(reply as unknown as FastifyReply, { error, code: body.error })
    if (status >= 500) {
      log.error(`${request.method} ${request.routeOptions.url ?? ''} failed`, { requestId: request.id, status, error })
    }
    return reply.code(status).send({ ...body, requestId: request.id })
  })
  app.setNotFoundHandler((request, reply) => {
    const body: ErrorBody = {
      error: 'not_found',
      message: `There is no ${request.method} at this path.`,
      field: 'url',
      requestId: request.id,
    }
    return reply.code(404).send(body)
  })
}

function toAnswer(error: unknown, request: FastifyRequest): { status: number; body: ErrorBody } {
  if (error instanceof Refusal) return { status: error.status, body: error.toBody() }
  if (error instanceof UpstreamError) {
    const general =
      error.error === 'timeout'
        ? 'This took too long. Whether it was done is not known; asking again is safe.'
        : 'Something this service needs is not available just now. Please try again.'
    return { status: error.status, body: { error: error.error, message: error.plain ?? general } }
  }
  const fault = error as FastifyError
  if (fault.validation) return { status: 400, body: toInvalid(fault) }
  const known = knownByCode[fault.code]
  if (known) {
    const { status, message, ...rest } = known
    return { status, body: { ...rest, message: message(request) } }
  }
  if (typeof fault.statusCode === 'number' && fault.statusCode >= 400 && fault.statusCode < 500) {
    return {
      status: fault.statusCode,
      body: { error: codeByStatus[fault.statusCode] ?? 'invalid', message: fault.message },
    }
  }
  return {
    status: 500,
    body: { error: 'internal', message: 'Something went wrong here. The request id finds it in the logs.' },
  }
}

const codeByStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  409: 'conflict',
  413: 'too_large',
  415: 'unsupported_media_type',
  429: 'rate_limited',
}

interface KnownError {
  readonly status: number
  readonly error: ErrorCode
  readonly field: string
  readonly message: (request: FastifyRequest) => string
}

const badJson: KnownError = {
  status: 400,
  error: 'invalid',
  field: 'body',
  message: () => 'The body is not valid JSON.',
}
const knownByCode: Readonly<Record<string, KnownError | undefined>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    error: 'too_large',
    field: 'body',
    message: request => `The body is larger than the ${request.routeOptions.bodyLimit} bytes allowed here.`,
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    error: 'unsupported_media_type',
    field: 'headers.content-type',
    message: () => 'Send the body as application/json.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: badJson,
  FST_ERR_CTP_EMPTY_JSON_BODY: { ...badJson, message: () => 'The body is empty; JSON is expected.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    error: 'invalid',
    field: 'headers.content-length',
    message: () => 'The body is not as long as content-length says.',
  },
}

/** Names the field as a path from `params`, `query`, `headers` or `body`, and what would have been right where it can be listed. */
function toInvalid(fault: FastifyError): ErrorBody {
  const [problem] = fault.validation ?? []
  const part = fault.validationContext === 'querystring' ? 'query' : (fault.validationContext ?? 'request')
  const problemParams = (problem?.params ?? {}) as Record<string, unknown>
  const path = [part, ...(problem?.instancePath ?? '').split('/').slice(1)]
  const extra = problemParams.missingProperty ?? problemParams.additionalProperty
  if (typeof extra === 'string') path.push(extra)
  if (problem?.keyword === 'discriminator') path.push(String(problemParams.tag))
  const field = path.join('.')
  const allowed = allowedBy(problem)
  return {
    error: 'invalid',
    message: `${field} ${wordsFor(problem, problemParams) ?? problem?.message ?? 'is not valid'}.`,
    field,
    ...(Array.isArray(allowed) ? { allowed } : {}),
  }
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly oneOf?: readonly Schema[]
  readonly enum?: readonly unknown[]
  readonly format?: string
}

/** What would have been right, where it can be listed. */
function allowedBy(problem: FastifySchemaValidationError | undefined): unknown {
  const { parentSchema } = (problem ?? {}) as { parentSchema?: Schema }
  switch (problem?.keyword) {
    case 'additionalProperties':
      return Object.keys(parentSchema?.properties ?? {})
    case 'discriminator':
      return parentSchema?.oneOf?.flatMap(shape => shape.properties?.[String(problem.params.tag)]?.enum ?? [])
    default:
      return problem?.params.allowedValues
  }
}

function wordsFor(
  problem: FastifySchemaValidationError | undefined,
  params: Record<string, unknown>,
): string | undefined {
  const { keyword, parentSchema } = (problem ?? {}) as { keyword?: string; parentSchema?: Schema }
  if (keyword === 'required') return 'is missing'
  if (keyword === 'additionalProperties') return 'is not known here'
  if (keyword === 'enum' || keyword === 'discriminator') return 'is not one of the allowed values'
  // A pattern beside a format says the same more strictly.
  const format = keyword === 'format' ? params.format : keyword === 'pattern' ? parentSchema?.format : undefined
  if (format !== undefined) return `is not a valid ${String(format)}`
  if (keyword === 'pattern') return 'has a form or characters that are not allowed here'
  return undefined
}
