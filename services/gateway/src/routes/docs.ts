// /docs: the API documentation (Swagger UI), made from the very contracts that validate, and /docs/json: the same as an OpenAPI
// document. The pages ask nobody outside for anything. Made once, when the app is.
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import { ErrorBody } from '@techmart/contracts/errors'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import type { RouteContract } from '@techmart/contracts/route'
import type { HttpApp } from '@techmart/platform/http-app'
import { toDocumentedSchema } from '../documented-schema.ts'
import { docsPolicy } from '../security-headers.ts'

const keyOf = (method: unknown, path: string): string => `${String(method)} ${path}`

/** Call it before the routes that it is to document are registered. */
export function addDocs(app: HttpApp): void {
  const documented = new Map<string, { owner: string; route: RouteContract }>()
  for (const route of edgeRoutes) documented.set(keyOf(route.method, route.path), { owner: 'gateway', route })
  for (const { service, route } of publicRoutes) {
    documented.set(keyOf(route.method, route.path), { owner: service, route })
  }

  app.addSchema({ $id: 'ErrorBody', ...ErrorBody })
  app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'TechMart',
        version: '1.0.0',
        description: `The store's API. No token is needed to browse, search, read reviews, sign up and check out; the tokens of the demo are \`user-token-123\` (the customer ada@techmart.example, own data only), \`admin-token-456\` and \`test-token-789\` (acts for any customer).`,
      },
      servers: [{ url: '/' }],
      tags: [...new Set([...documented.values()].map(({ owner }) => owner))].map(name => ({ name })),
      components: {
        securitySchemes: {
          demoToken: {
            type: 'http',
            scheme: 'bearer',
            description: 'user-token-123, admin-token-456 or test-token-789',
          },
        },
      },
    },
    refResolver: { buildLocalReference: json => String(json.$id) },
    transform: ({ url, route }) => {
      const found = documented.get(keyOf(route.method, url))
      return { url, schema: found ? toDocumentedSchema(found.owner, found.route) : { hide: true } }
    },
  })
  app.register(fastifySwaggerUi, {
    routePrefix: '/docs',
    staticCSP: docsPolicy,
    theme: { title: 'TechMart: the API' },
    uiConfig: { docExpansion: 'list', persistAuthorization: true, displayRequestDuration: true },
  })
}
