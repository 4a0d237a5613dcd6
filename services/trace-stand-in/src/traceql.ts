// The small part of TraceQL that the console and the tests use: one span set of comparisons joined by `&&`, and the older
// `tags=key=value` form. Anything else is refused with a sentence that says what is understood, never answered wrongly.

export type Scope = 'span' | 'resource' | 'any' | 'intrinsic'
export type Operator = '=' | '!=' | '=~' | '!~' | '>' | '>=' | '<' | '<='

export interface Condition {
  readonly scope: Scope
  readonly name: string
  readonly operator: Operator | 'contains'
  readonly value: string | number | boolean
}

export class QueryError extends Error {
  override name = 'QueryError'
}

const intrinsics = ['name', 'status', 'kind', 'duration', 'rootName', 'rootServiceName'] as const
const understood =
  'The stand-in for the trace store understands { a = "x" && b != 1 } with resource.<attribute>, span.<attribute>, .<attribute>, ' +
  `${intrinsics.join(', ')} and = != =~ !~ > >= < <=.`

const unitsNs: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 }

/** `1.5s` in nanoseconds. */
export function readDurationNs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)$/.exec(text)
  const unit = unitsNs[match?.[2] ?? '']
  return match?.[1] === undefined || unit === undefined ? undefined : Number(match[1]) * unit
}

const tokenPattern = /\s*(?:(&&)|(!=|=~|!~|>=|<=|=|>|<)|("(?:[^"\\]|\\.)*"|`[^`]*`)|([A-Za-z0-9_.:µ/-]+))/y

function readTokens(text: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.trimEnd().length) {
    const start = tokenPattern.lastIndex
    const match = tokenPattern.exec(text)
    if (!match) throw new QueryError(`Cannot read the query at '${text.slice(start).trim()}'. ${understood}`)
    tokens.push(match[0].trim())
  }
  return tokens
}

function readField(token: string): { scope: Scope; name: string } {
  const name = token.replace(/^(?:span|trace):/, '')
  if (intrinsics.some(known => known === name)) return { scope: 'intrinsic', name }
  const [prefix = '', ...rest] = token.split('.')
  if (rest.length > 0 && (prefix === 'span' || prefix === 'resource' || prefix === '')) {
    return { scope: prefix === '' ? 'any' : prefix, name: rest.join('.') }
  }
  throw new QueryError(`Unknown field '${token}'. ${understood}`)
}

function readValue(token: string): string | number | boolean {
  if (token.startsWith('"')) return JSON.parse(token)
  if (token.startsWith('`')) return token.slice(1, -1)
  if (token === 'true' || token === 'false') return token === 'true'
  const number = Number(token)
  return Number.isNaN(number) ? (readDurationNs(token) ?? token) : number
}

/** `{ resource.service.name = "api" && name = "cuj.checkout" }` as its conditions; `{}` has none. */
export function readTraceQl(query: string): Condition[] {
  const inner = /^\s*\{(.*)\}\s*$/s.exec(query)?.[1]
  if (inner === undefined) throw new QueryError(`The query must be one pair of braces. ${understood}`)
  const tokens = readTokens(inner)
  const conditions: Condition[] = []
  for (let at = 0; at < tokens.length; at += 4) {
    const [field = '', operator = '', value, and] = tokens.slice(at, at + 4)
    if (!/^(?:[!=]~|[!<>]?=|<|>)$/.test(operator) || value === undefined || (and !== undefined && and !== '&&')) {
      throw new QueryError(`Cannot read the query at '${tokens.slice(at, at + 4).join(' ')}'. ${understood}`)
    }
    conditions.push({ ...readField(field), operator: operator as Operator, value: readValue(value) })
  }
  return conditions
}

/** `service.name=api cuj.name="checkout"`: Tempo matches these as substrings, whatever their case, at span or resource. */
export function readTags(tags: string): Condition[] {
  const conditions: Condition[] = []
  const rest = tags.replace(/([^\s=]+)=("(?:[^"\\]|\\.)*"|\S*)/g, (_whole, key: string, value: string) => {
    const text = value.startsWith('"') ? String(JSON.parse(value)) : value
    const intrinsic = intrinsics.some(known => known === key)
    conditions.push({ scope: intrinsic ? 'intrinsic' : 'any', name: key, operator: 'contains', value: text })
    return ''
  })
  if (rest.trim() !== '')
    throw new QueryError(`Cannot read the tags at '${rest.trim()}': they are key=value, parted by spaces.`)
  return conditions
}
