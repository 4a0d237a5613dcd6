// A route's contract in the words of the API documentation: who may, what a right request looks like, what every answer means.
import { ErrorBody } from '@techmart/contracts/errors'
import { roles } from '@techmart/contracts/identity'
import type { Right, RouteContract } from '@techmart/contracts/route'
import { exampleOf, type RouteExample } from '@techmart/contracts/route-examples'
import type { FastifySchema } from 'fastify'
import type { TSchema } from 'typebox'

const rightWords: Readonly<Record<Right, string>> = { all: 'yes', own: 'only what is their own', none: 'no' }

const answerWords: Readonly<Record<string, string>> = {
  200: 'Done.',
  201: 'Done, and something new is there.',
  202: 'Taken; it goes on without you.',
  204: 'Done; there is nothing to say.',
  400: 'Something in the request is wrong; `field` names it.',
  401: 'A token is needed, or this one is not known.',
  402: 'The card was declined.',
  403: 'This token has no right to it.',
  404: 'There is no such thing.',
  409: 'It does not fit what is there: sold out, known already, or being done.',
  413: 'The body is too large.',
  415: 'The body is not JSON.',
  422: 'The Idempotency-Key was used for something else.',
  429: 'Too many requests; `Retry-After` says when to come again.',
  500: 'Something went wrong here; the request id finds it in the logs.',
  503: 'Something that is needed is not available just now.',
  504: 'It took too long.',
}

export function toDocumentedSchema(owner: string, route: RouteContract): FastifySchema {
  const { params, querystring, headers, body, response } = route.schema
  const example = exampleOf(route)
  return {
    summary: route.summary,
    description: describe(route),
    tags: [owner],
    security: route.access?.anonymous === 'none' ? [{ demoToken: [] }] : [{}, { demoToken: [] }],
    ...(params && { params: withExamples(params, example.params) }),
    ...(querystring && { querystring: withExamples(querystring, example.query) }),
    ...(headers && { headers: withExamples(headers, example.headers) }),
    ...(body && { body: { ...body, examples: [example.body] } }),
    response: Object.fromEntries(
      Object.entries(response).map(([status, schema]) => [status, toAnswer(status, schema)] as const),
    ),
  }
}

function describe({ access, journey }: RouteContract): string {
  const who = access === undefined ? '' : roles.map(role => `${role}: ${rightWords[access[role]]}`).join(', ')
  return `Who may: ${who}.${journey === undefined ? '' : ` One event of the journey ${journey}.`}`
}

/** Error bodies are one shape, written down once. */
function toAnswer(status: string, schema: TSchema): object {
  const description = answerWords[status] ?? 'An answer.'
  if (schema === ErrorBody) return { description, $ref: 'ErrorBody#' }
  return { ...schema, 'x-response-description': description }
}

function withExamples(schema: TSchema, values: RouteExample['params' | 'query' | 'headers']): object {
  const { properties = {} } = schema as { properties?: Record<string, object> }
  const shown = Object.entries(properties).map(([name, property]) => {
    const value = (values as Record<string, unknown> | undefined)?.[name]
    return [name, value === undefined ? property : { ...property, examples: [value] }] as const
  })
  return { ...schema, properties: Object.fromEntries(shown) }
}
