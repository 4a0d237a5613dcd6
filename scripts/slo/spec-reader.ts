// Reads a YAML file that a person wrote, and collects everything that is wrong with it at once: file, line, field, what was
// given, what is allowed. It knows nothing of SLOs.
import { isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from 'yaml'

export class SpecError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SpecError'
    this.problems = problems
  }
}

/** Text and meaning of a length of time: `{ text: '5m', seconds: 300 }`. */
export interface Duration {
  readonly text: string
  readonly seconds: number
}

const secondsPerUnit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 }

export function toDuration(text: string): Duration | undefined {
  const [, amount, unit] = /^([1-9]\d*)(ms|s|m|h|d)$/.exec(text) ?? []
  const secondsOfUnit = secondsPerUnit[unit ?? '']
  if (amount === undefined || secondsOfUnit === undefined) return undefined
  return { text, seconds: Number(amount) * secondsOfUnit }
}

/** One place in the file. A wrong value is noted and a harmless one returned, so that the rest is checked as well. */
export class SpecField {
  readonly path: string
  readonly #node: unknown
  readonly #line: number
  readonly #lineOf: (node: unknown, otherwise: number) => number
  readonly #problems: string[]
  readonly #file: string

  constructor(parts: {
    path: string
    node: unknown
    line: number
    lineOf: (node: unknown, otherwise: number) => number
    problems: string[]
    file: string
  }) {
    this.path = parts.path
    this.#node = parts.node
    this.#line = parts.line
    this.#lineOf = parts.lineOf
    this.#problems = parts.problems
    this.#file = parts.file
  }

  fail(problem: string, allowed: string): void {
    this.#problems.push(`${this.#file}:${this.#line}: ${this.path}: ${problem}. Allowed: ${allowed}.`)
  }

  /** The fields below this one, in the order of the file. Names that do not match are noted and left out. */
  fields(isAllowed: (name: string) => boolean, allowed: string): readonly (readonly [string, SpecField])[] {
    if (!isMap(this.#node)) {
      this.fail(this.#node == null ? 'is missing' : 'has no fields', allowed)
      return []
    }
    const found: (readonly [string, SpecField])[] = []
    for (const pair of (this.#node as YAMLMap).items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
      const field = this.#below(name, pair.value, this.#lineOf(pair.key, this.#line))
      if (isAllowed(name)) found.push([name, field])
      else field.fail('is not a field of this file', allowed)
    }
    return found
  }

  /** Exactly these fields; those in `optional` may be absent. */
  record<Name extends string, Optional extends string = never>(
    names: readonly Name[],
    optional: readonly Optional[] = [],
  ): Readonly<Record<Name, SpecField> & Partial<Record<Optional, SpecField>>> {
    const all: readonly string[] = [...names, ...optional]
    const found = new Map(this.fields(name => all.includes(name), all.join(', ')))
    const result: Record<string, SpecField> = {}
    // What a missing part should have held goes without saying.
    const problems = isMap(this.#node) ? this.#problems : []
    for (const name of names) result[name] = found.get(name) ?? this.#below(name, undefined, this.#line, problems)
    for (const name of optional) {
      const field = found.get(name)
      if (field) result[name] = field
    }
    return result as Record<Name, SpecField> & Partial<Record<Optional, SpecField>>
  }

  /** The value as its author wrote it: 0.9990 stays '0.9990'. */
  text(pattern: RegExp, allowed: string): string {
    const written = isScalar(this.#node) ? (this.#node.source ?? String(this.#node.value)) : undefined
    if (written !== undefined && pattern.test(written)) return written
    this.fail(written === undefined ? 'is missing' : `'${written}' is not understood`, allowed)
    return ''
  }

  oneOf<const Value extends string>(values: readonly [Value, ...Value[]]): Value {
    const written = isScalar(this.#node) ? String(this.#node.value) : undefined
    const value = values.find(candidate => candidate === written)
    if (value !== undefined) return value
    this.fail(written === undefined ? 'is missing' : `'${written}' is not known`, values.join(', '))
    return values[0]
  }

  duration(): Duration {
    const allowed = 'a whole number and a unit, one of ms, s, m, h, d, such as 5m'
    return toDuration(this.text(/^[1-9]\d*(ms|s|m|h|d)$/, allowed)) ?? { text: '1s', seconds: 1 }
  }

  wholeNumber(): number {
    return Number(this.text(/^[1-9]\d{0,6}$/, 'a whole number from 1 on'))
  }

  #below(name: string, node: unknown, line: number, problems = this.#problems): SpecField {
    const path = this.path === '' ? name : `${this.path}.${name}`
    return new SpecField({ path, node, line, lineOf: this.#lineOf, problems, file: this.#file })
  }
}

/** Reads the whole file through `read`; throws one SpecError with every problem. */
export function readSpec<Result>(file: string, text: string, read: (root: SpecField) => Result): Result {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter })
  const syntax = document.errors.map(
    error => `${file}:${error.linePos?.[0].line ?? 1}: ${error.message.split('\n')[0]}`,
  )
  if (syntax.length > 0) throw new SpecError(syntax)

  const problems: string[] = []
  const lineOf = (node: unknown, otherwise: number): number =>
    isScalar(node) || isMap(node) ? counter.linePos(node.range?.[0] ?? 0).line : otherwise
  const root = new SpecField({ path: '', node: document.contents, line: 1, lineOf, problems, file })
  const result = read(root)
  if (problems.length > 0) throw new SpecError(problems)
  return result
}
