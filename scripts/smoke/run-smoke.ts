// Calls every route once, in the order of the calls, since later ones use what earlier ones made. A route without a call is wrong,
// and so is a call of a route that is gone.
import { type Call, keyOf, makeCall, type Outcome, type Seen, type SmokeRoute } from './call.ts'

export interface SmokeParts {
  readonly storeUrl: string
  readonly routes: readonly SmokeRoute[]
  /** By method and path: `GET /api/products`. */
  readonly calls: Readonly<Record<string, Call>>
  readonly onOutcome: (outcome: Outcome) => void
  readonly timeoutMs?: number
}

export interface Summary {
  readonly right: number
  readonly wrong: number
  readonly leftOut: number
}

export async function runSmoke(parts: SmokeParts): Promise<Summary> {
  const { storeUrl, calls, onOutcome, timeoutMs = 12_000 } = parts
  const routes = new Map(parts.routes.map(route => [keyOf(route), route]))
  const seen: Seen = new Map()
  const count = { right: 0, wrong: 0, 'left out': 0 }
  const tell = (outcome: Outcome) => {
    count[outcome.state]++
    onOutcome(outcome)
  }
  for (const [key, call] of Object.entries(calls)) {
    const route = routes.get(key)
    if (!route) tell({ route: key, state: 'wrong', words: 'no contract has this route any more' })
    else tell(await makeCall(route, call, { storeUrl, seen, timeoutMs }))
  }
  for (const key of routes.keys()) {
    if (!(key in calls))
      tell({ route: key, state: 'wrong', words: 'nobody calls it: add it to scripts/smoke/calls.ts' })
  }
  return { right: count.right, wrong: count.wrong, leftOut: count['left out'] }
}

/** `GET /api/products                200    12 ms`, and what is to be said of it. */
export function toLine({ route, state, status, ms, words }: Outcome): string {
  const mark = { right: ' ', wrong: '✗', 'left out': '–' }[state]
  const figures = `${status ?? '---'} ${ms === undefined ? '' : `${ms} ms`.padStart(8)}`
  return `${mark} ${route.padEnd(42)} ${figures}${words ? `  ${words}` : ''}`.trimEnd()
}
