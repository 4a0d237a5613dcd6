import type { FastifyInstance } from 'fastify'
import { styleHash } from './html.ts'

/**
 * What a page may load and do: scripts, styles, pictures and answers from this very origin, and nothing inline but the style
 * sheet of our own pages. Whatever is not named is forbidden.
 */
const pagePolicy = {
  'default-src': "'none'",
  'script-src': "'self'",
  'style-src': `'self' ${styleHash}`,
  'img-src': "'self' data:",
  'font-src': "'self'",
  'connect-src': "'self'",
  'manifest-src': "'self'",
  'form-action': "'self'",
  'base-uri': "'none'",
  'frame-ancestors': "'none'",
}

/** Swagger UI writes style attributes; its scripts are files like all others. */
export const docsPolicy = { ...pagePolicy, 'style-src': "'self' 'unsafe-inline'" }

const headers = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'content-security-policy': Object.entries(pagePolicy)
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
} as const

/** On every answer, with the id that names it in the logs; an upstream's own header of the same name wins. No HSTS: the lab speaks plain HTTP on loopback. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    reply.header('x-request-id', request.id)
  })
}
