// The one shape of every answer that is not a success, at every service.
import Type, { type Static } from 'typebox'

export const errorCodes = [
  'invalid',
  'unauthorized',
  'forbidden',
  'not_found',
  'conflict',
  'key_reused',
  'out_of_stock',
  'declined',
  'too_large',
  'unsupported_media_type',
  'rate_limited',
  'unavailable',
  'timeout',
  'internal',
] as const
export type ErrorCode = (typeof errorCodes)[number]

export const ErrorBody = Type.Object(
  {
    error: Type.Enum([...errorCodes], { description: 'What kind of refusal or failure this is.' }),
    message: Type.String({ description: 'What was wrong, and what would be right, in words.' }),
    field: Type.Optional(
      Type.String({ description: 'The part of the request that was wrong, as a path: body.items.0.quantity.' }),
    ),
    allowed: Type.Optional(
      Type.Array(Type.Unknown(), { description: 'The values that would have been right, where they can be listed.' }),
    ),
    requestId: Type.Optional(Type.String({ description: 'Names the request in the logs.' })),
  },
  { additionalProperties: false },
)
export type ErrorBody = Static<typeof ErrorBody>

/** Error answers that every route may give; spread into a route's `response`. */
export const commonErrors = {
  400: ErrorBody,
  401: ErrorBody,
  403: ErrorBody,
  404: ErrorBody,
  409: ErrorBody,
  413: ErrorBody,
  415: ErrorBody,
  429: ErrorBody,
  500: ErrorBody,
  503: ErrorBody,
  504: ErrorBody,
} as const
