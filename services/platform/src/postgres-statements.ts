// The span around one statement.
import { context, type Span, SpanKind, trace } from '@opentelemetry/api'
import type { PendingQuery, Row } from 'postgres'
import type { Faults } from './faults.ts'
import { recordFault } from './journey.ts'
import { toUpstreamError } from './postgres-errors.ts'
import { UpstreamError } from './refusals.ts'
import { withLimit } from './wait.ts'

type StatementRunner = <T>(name: string, build: () => PendingQuery<(T & object)[]>) => Promise<T[]>

interface SentStatement {
  readonly statement?: { readonly string?: string }
  readonly command?: string
}

/** Makes the function that runs one statement inside its span, strikes it with faults, and gives it up after `timeoutMs`. */
export function makeStatementRunner(options: { url: string; faults: Faults; timeoutMs: number }): StatementRunner {
  const { hostname, port, pathname } = new URL(options.url)
  const shared = {
    'db.system.name': 'postgresql',
    'db.namespace': pathname.slice(1),
    'server.address': hostname,
    'server.port': Number(port || 5432),
  }
  return async (name, build) => {
    const span = trace
      .getTracer('@techmart/platform')
      .startSpan(name, { kind: SpanKind.CLIENT, attributes: { ...shared, 'techmart.statement': name } })
    return context.with(trace.setSpan(context.active(), span), async () => {
      let query: (PendingQuery<Row[]> & SentStatement) | undefined
      try {
        if (options.faults.areActive()) {
          await options.faults.strike('database', { target: name, limitMs: options.timeoutMs })
        }
        query = build() as unknown as PendingQuery<Row[]> & SentStatement
        // The server's own statement_timeout comes first; this one is for a server that does not answer at all.
        const rows = await withLimit(
          query.then(result => result),
          options.timeoutMs,
          () =>
            new UpstreamError(`postgres did not answer within ${options.timeoutMs} ms (${name})`, {
              kind: 'timeout',
              dependency: 'postgres',
            }),
        )
        describe(span, query, rows.count)
        return rows as never
      } catch (error) {
        const fault = toUpstreamError(error)
        if (query) describe(span, query, undefined)
        if (error instanceof Error && 'code' in error) span.setAttribute('db.response.status_code', String(error.code))
        recordFault(span, fault)
        throw fault
      } finally {
        span.end()
      }
    })
  }
}

/** The text is known once postgres.js has put the statement together. */
function describe(span: Span, query: SentStatement, rows: number | undefined): void {
  const text = query.statement?.string?.replace(/\s+/g, ' ').trim()
  if (text === undefined || text === '') return
  const summary = summaryOf(text)
  span.updateName(summary)
  span.setAttributes({
    'db.query.text': text,
    'db.query.summary': summary,
    'db.operation.name': summary.split(' ', 1)[0] ?? summary,
    ...(rows === undefined ? {} : { 'db.response.returned_rows': rows }),
  })
}

const summaries = new Map<string, string>()

/** Neither the locks of `select … for update` nor `on conflict … do update`. */
const change =
  /(?<!\b(?:for|key|do)\s+)\b(insert|update|delete)\s+(?:into\s+|from\s+)?(?:only\s+)?"?([a-z_][a-z0-9_.]*)/gi

const name = (operation: string, table: string | undefined): string =>
  table === undefined ? operation.toUpperCase() : `${operation.toUpperCase()} ${table.toLowerCase()}`

/**
 * `SELECT products`: the operation and the first table; of `with …` each change with its table, in order, which is what the
 * conventions ask of a statement that does several things. Statements are few, so each text is looked at once.
 */
export function summaryOf(text: string): string {
  let summary = summaries.get(text)
  if (summary === undefined) {
    const isWith = /^with\b/i.test(text)
    const changes = isWith ? [...text.matchAll(change)].map(([, verb = '', table = '']) => name(verb, table)) : []
    const operation = isWith ? 'select' : (/^[a-z]+/i.exec(text)?.[0] ?? 'query')
    const table = /\b(?:from|into|update|join)\s+(?:only\s+)?"?([a-z_][a-z0-9_.]*)/i.exec(text)?.[1]
    summary = changes.length > 0 ? changes.join(' ') : name(operation, table)
    if (summaries.size < 1_000) summaries.set(text, summary)
  }
  return summary
}
