// Outside text is checked as it is: a body with an unknown field or a number in quotes is refused, not bent into shape. Only
// paths, queries and headers, which have no other type than text, are converted.
import { Ajv, type Options } from 'ajv'
import formatsPlugin from 'ajv-formats'
import type { HttpApp } from './http-app.ts'

const options: Options = {
  removeAdditional: false,
  useDefaults: true,
  allErrors: false,
  // Errors carry the schema, so that the answer can list what is allowed.
  verbose: true,
  strict: false,
  // A oneOf whose shapes one property tells apart is checked against that one shape.
  discriminator: true,
}

/** Compiles schemas for the app so that unknown fields are refused, formats are checked and bodies are not converted. */
export function useStrictBodies(app: HttpApp): void {
  const strict = new Ajv({ ...options, coerceTypes: false })
  const converting = new Ajv({ ...options, coerceTypes: 'array' })
  for (const ajv of [strict, converting]) formatsPlugin.default(ajv)
  app.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === 'body' ? strict : converting).compile(schema as Record<string, unknown>),
  )
  takeNoBody(app)
}

/** A caller may send the type of a body always, and leave the body out where none is asked for: DELETE, above all. */
function takeNoBody(app: HttpApp): void {
  const parseJson = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '' && request.routeOptions.schema?.body === undefined) return done(null, undefined)
    parseJson(request, body as string, done)
  })
}
