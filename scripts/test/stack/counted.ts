// How often something was counted, by raw counter values summed over resets: exact where rate() and increase() extrapolate.
import { ask, urls } from './lab.ts'

type Series = { values: [number, string][] }

/** The growth of all series since `sinceMs`, resets included: a counter that starts again starts from zero. */
export async function totalSince(selector: string, sinceMs: number): Promise<number> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000)
  const answer = await ask(
    `${urls.prometheus}/api/v1/query?query=${encodeURIComponent(`${selector}[${seconds + 60}s]`)}`,
  )
  if (answer.body.status !== 'success') throw new Error(`${selector}: ${answer.body.error}`)
  return answer.body.data.result.reduce((sum: number, series: Series) => sum + growth(series.values, sinceMs / 1000), 0)
}

function growth(values: readonly [number, string][], since: number): number {
  let previous = 0
  let sum = 0
  for (const [at, text] of values) {
    const value = Number(text)
    if (at > since) sum += value >= previous ? value - previous : value
    previous = value
  }
  return sum
}
