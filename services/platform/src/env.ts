// Turns a service's environment into checked values. All problems are told at once, because each round of
// "start, read one complaint, fix, start" costs somebody a minute. Only a service's config.ts hands process.env in here.
import Type, { type Static, type TObject, type TSchema } from 'typebox'
import Value from 'typebox/value'

/** Bad environment: `problems` has one sentence for each bad variable, `message` has them all. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map(problem => `  - ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Variables that every service has; spread them into its schema. */
export const serviceEnv = {
  PORT: Type.Integer({ minimum: 1, maximum: 65_535, description: 'TCP port the service listens on.' }),
  LOG_LEVEL: Type.Enum(['error', 'warn', 'info', 'debug'], {
    default: 'info',
    description: 'Least severe level logged.',
  }),
  STOP_TIMEOUT_MS: Type.Integer({
    minimum: 100,
    maximum: 120_000,
    default: 10_000,
    description: 'Longest time an orderly end may take, in milliseconds.',
  }),
  LAB_URL: Type.String({
    pattern: '^https?://',
    default: 'http://lab:3007',
    description: 'The lab service, which keeps the list of faults.',
  }),
} as const

/**
 * Reads and checks the variables named by the schema: numbers and booleans (`true`, `false`) are converted, arrays of text are
 * comma lists, empty text counts as missing, `default` fills what is missing. Throws ConfigError with every problem.
 */
export function readEnv<S extends TObject>(schema: S, env: Readonly<Record<string, string | undefined>>): Static<S> {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  const required = new Set<string>(schema.required ?? [])
  for (const [name, property] of Object.entries(schema.properties) as [string, TSchema & SchemaWords][]) {
    const text = env[name]?.trim() ?? ''
    if (text === '') {
      if (property.default !== undefined) values[name] = structuredClone(property.default)
      else if (required.has(name)) problems.push(`${name} is missing; it must be ${describe(property)}.`)
      continue
    }
    const value = toValue(text, property)
    if (Value.Check(property, value)) values[name] = value
    else problems.push(`${name} is ${shown(name, text)}; it must be ${describe(property)}.`)
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return values as Static<S>
}

interface SchemaWords {
  type?: string
  enum?: unknown[]
  const?: unknown
  minimum?: number
  maximum?: number
  minLength?: number
  pattern?: string | RegExp
  format?: string
  default?: unknown
  description?: string
  items?: unknown
}

function toValue(text: string, schema: SchemaWords): unknown {
  if (schema.type === 'integer' || schema.type === 'number') {
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
  }
  if (schema.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text
  if (schema.type === 'array') {
    return text
      .split(',')
      .map(item => item.trim())
      .filter(item => item !== '')
  }
  return text
}

function describe(schema: SchemaWords): string {
  return schema.description === undefined
    ? kindOf(schema)
    : `${kindOf(schema)}: ${schema.description.replace(/\.$/, '')}`
}

function kindOf(schema: SchemaWords): string {
  if (schema.enum) return `one of ${schema.enum.map(value => String(value)).join(', ')}`
  if (schema.type === 'boolean') return 'true or false'
  if (schema.type === 'array') return 'a comma-separated list'
  if (schema.type === 'integer' || schema.type === 'number') {
    const kind = schema.type === 'integer' ? 'a whole number' : 'a number'
    const from = schema.minimum === undefined ? '' : ` from ${schema.minimum}`
    const to = schema.maximum === undefined ? '' : ` up to ${schema.maximum}`
    return `${kind}${from}${to}`
  }
  if (schema.pattern !== undefined) return `text that matches ${String(schema.pattern)}`
  if (schema.minLength !== undefined && schema.minLength > 1) return `text of at least ${schema.minLength} characters`
  return 'text'
}

/** What was given, unless it may be a secret: this text goes to a log. */
function shown(name: string, text: string): string {
  if (/SECRET|PASSWORD|TOKEN|KEY/.test(name)) return 'not usable (not shown, it may be secret)'
  return `'${text.replace(/:\/\/[^/@\s]*@/, '://…@')}'`
}
