// The Tempo calls that the console, the dashboards' links and the tests use: a trace by its id, and search.
import { type Answer, type Handler, RequestError } from './http-server.ts'
import { searchTraces } from './search-traces.ts'
import type { TraceStore } from './trace-store.ts'
import { QueryError, readDurationNs, readTags, readTraceQl } from './traceql.ts'

const about =
  'This is not Tempo. It stands in for it where its image cannot be had: it keeps the last traces in memory and answers ' +
  'GET /api/traces/<id>, /api/v2/traces/<id>, /api/search, /api/echo and /ready as Tempo 3 does.'

function readNumber(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name)
  if (text === null || text === '') return undefined
  if (!/^\d+$/.test(text)) throw new RequestError(400, `invalid ${name}: a whole number is needed, not '${text}'.`)
  return Number(text)
}

function readDuration(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name)
  if (text === null || text === '') return undefined
  const durationNs = readDurationNs(text)
  if (durationNs === undefined)
    throw new RequestError(400, `invalid ${name}: a duration such as 100ms is needed, not '${text}'.`)
  return durationNs
}

function search(store: TraceStore, url: URL): Answer {
  const query = url.searchParams.get('q')
  const tags = url.searchParams.get('tags')
  try {
    const conditions = query ? readTraceQl(query) : readTags(tags ?? '')
    const startSeconds = readNumber(url, 'start')
    const endSeconds = readNumber(url, 'end')
    const minDurationNs = readDuration(url, 'minDuration')
    const maxDurationNs = readDuration(url, 'maxDuration')
    const json = searchTraces(store, {
      conditions,
      limit: readNumber(url, 'limit') ?? 20,
      spansPerSpanSet: readNumber(url, 'spss') ?? 3,
      ...(startSeconds === undefined ? {} : { startSeconds }),
      ...(endSeconds === undefined ? {} : { endSeconds }),
      ...(minDurationNs === undefined ? {} : { minDurationNs }),
      ...(maxDurationNs === undefined ? {} : { maxDurationNs }),
    })
    return { status: 200, json }
  } catch (error) {
    if (error instanceof QueryError || error instanceof SyntaxError) throw new RequestError(400, error.message)
    throw error
  }
}

function readTraceId(text: string): string {
  if (!/^[0-9a-f]{1,32}$/i.test(text)) {
    throw new RequestError(400, `trace IDs can only contain hex characters, at most 32: '${text}'.`)
  }
  return text.toLowerCase().padStart(32, '0')
}

/** Prometheus' text format: what is kept, so that the scrape of the trace store succeeds on this road too. */
const metricsOf = (store: TraceStore): string =>
  Object.entries(store.contents())
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => {
      const metric = `trace_stand_in_${name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)}`
      return `# TYPE ${metric} gauge\n${metric} ${value}\n`
    })
    .join('')

export function buildApi(store: TraceStore): Handler {
  return (_request, url) => {
    const byId = /^\/api\/(v2\/)?traces\/([^/]+)$/.exec(url.pathname)
    if (byId) {
      const parts = store.findParts(readTraceId(byId[2] ?? ''))
      if (byId[1]) {
        const inspectedBytes = (parts ?? []).reduce((sum, part) => sum + part.length, 0)
        const trace = parts ? `{"resourceSpans":[${parts.join(',')}]}` : '{}'
        return { status: 200, json: `{"trace":${trace},"metrics":{"inspectedBytes":"${inspectedBytes}"}}` }
      }
      return parts ? { status: 200, json: `{"batches":[${parts.join(',')}]}` } : { status: 404, text: '' }
    }
    switch (url.pathname) {
      case '/api/search':
        return search(store, url)
      case '/api/echo':
        return { status: 200, text: 'echo\n' }
      case '/ready':
        return { status: 200, text: 'ready\n' }
      case '/metrics':
        return { status: 200, text: metricsOf(store) }
      case '/':
        return { status: 200, json: { store: 'stand-in', about, ...store.contents() } }
      default:
        throw new RequestError(404, about)
    }
  }
}
