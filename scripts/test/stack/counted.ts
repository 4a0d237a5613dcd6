// How often something was counted, by raw counter values summed over resets: exact where rate() and increase() extrapolate.
import { ask, urls } from './lab.ts'

type Series = { metric: Record<string, string>; values: [number, string][] }

/** The growth of each series since `sinceMs`, resets included: a counter that starts again starts from zero. */
export async function countedSince(
  selector: string,
  sinceMs: number,
): Promise<ReadonlyArray<{ labels: Record<string, string>; count: number }>> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000)
  const answer = await ask(
    `${urls.prometheus}/api/v1/query?query=${encodeURIComponent(`${selector}[${seconds + 60}s]`)}`,
  )
  if (answer.body.status !== 'success') throw new Error(`${selector}: ${answer.body.error}`)
  return answer.body.data.result.map((series: Series) => ({
    labels: series.metric,
    count: growth(series.values, sinceMs / 1000),
  }))
}

/** The sum of all series that `countedSince` finds. */
export const totalSince = async (selector: string, sinceMs: number): Promise<number> =>
  (await countedSince(selector, sinceMs)).reduce((sum, { count }) => sum + count, 0)

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
