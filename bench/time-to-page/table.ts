// What the trials say, as a table of Markdown.

/** Seconds; undefined where it did not happen in time. */
export interface Trial {
  /** Checkouts in the hour before, as the rules count them, and the share of them that the present rate would have made. */
  readonly hourTotal: number
  readonly warmth: number
  readonly firing: number | undefined
  readonly inbox: number | undefined
  readonly stockFiring: number | undefined
  readonly stockInbox: number | undefined
  /** From healing on. */
  readonly resolved: number | undefined
  readonly stockResolved: number | undefined
}

export function toMedian(values: readonly (number | undefined)[]): number | undefined {
  const sorted = values.filter(value => value !== undefined).sort((a, b) => a - b)
  if (sorted.length === 0 || sorted.length < values.length) return undefined
  const middle = sorted.length / 2
  const [below, above] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]] as [number, number]
  return (below + above) / 2
}

const seconds = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(1))

export function formatTable(trials: readonly Trial[], floorSeconds: number, machine: string): string[] {
  const columns: [keyof Trial, string][] = [
    ['firing', 'firing'],
    ['inbox', 'inbox'],
    ['stockFiring', 'stock: firing'],
    ['stockInbox', 'stock: delivered'],
    ['resolved', 'healed → resolved'],
  ]
  if (trials.some(({ stockResolved }) => stockResolved !== undefined))
    columns.push(['stockResolved', 'stock: healed → resolved'])
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const median = (column: keyof Trial) => toMedian(trials.map(trial => trial[column]))
  const lines = [
    row(['trial', 'checkouts in the hour before (of an hour at this pace)', ...columns.map(([, title]) => title)]),
    row(Array.from({ length: columns.length + 2 }, () => '---')),
    ...trials.map((trial, index) =>
      row([
        String(index + 1),
        `${Math.round(trial.hourTotal)} (${Math.round(trial.warmth * 100)} %)`,
        ...columns.map(([column]) => seconds(trial[column])),
      ]),
    ),
    row(['median', '', ...columns.map(([column]) => seconds(median(column)))]),
    '',
    `Seconds after the injection of a total checkout failure. Floor by arithmetic, after an hour of the same pace: ${floorSeconds.toFixed(2)} s.`,
  ]
  const [inbox, stockInbox] = [median('inbox'), median('stockInbox')]
  if (inbox !== undefined && stockInbox !== undefined)
    lines.push(`At stock intervals the page takes ${(stockInbox / inbox).toFixed(2)} times as long (medians).`)
  return [...lines, machine]
}
