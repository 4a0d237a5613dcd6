// Which headers pass the edge. What a stranger may not say (who he is, which journey this is, whom he came through) is dropped
// on the way in; what is ours alone is dropped on the way out; hop-by-hop headers (RFC 9110, 7.6.1) go neither way.
import type { IncomingHttpHeaders } from 'node:http'

const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

const notPassedIn: ReadonlySet<string> = new Set([
  // Set anew for the upstream.
  'host',
  'content-length',
  'x-request-id',
  // The edge answers it itself.
  'expect',
  // Written from our own spans; see trace-edge.ts.
  'baggage',
  'traceparent',
  'tracestate',
  // Checked here. Inside, the identity headers say who asks, and no token travels further than it must.
  'authorization',
  'cookie',
  // Nobody in front of us is trusted to say where a request came from.
  'forwarded',
  'x-real-ip',
])

/** The edge gives the request its id; what software runs inside is nobody's business. */
const notPassedOut: ReadonlySet<string> = new Set(['server', 'x-powered-by', 'x-request-id'])

const ours = (name: string): boolean => name.startsWith('x-techmart-')

/** The stranger's headers that an upstream gets. */
export function toUpstreamHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return pick(headers, name => !notPassedIn.has(name) && !ours(name) && !/^(x-forwarded-|x-b3-|b3$)/.test(name))
}

/** The upstream's headers that the client gets. */
export function toClientHeaders(headers: IncomingHttpHeaders): Record<string, string | string[]> {
  return pick(headers, name => !ours(name) && !notPassedOut.has(name))
}

function pick(headers: IncomingHttpHeaders, passes: (name: string) => boolean): Record<string, string | string[]> {
  // A sender may declare further headers to be hop-by-hop by naming them in `connection`.
  const named = new Set((headers.connection ?? '').toLowerCase().split(/\s*,\s*/))
  const picked: Record<string, string | string[]> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !hopByHop.has(name) && !named.has(name) && passes(name)) picked[name] = value
  }
  return picked
}
