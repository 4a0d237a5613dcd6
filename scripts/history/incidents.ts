// What went wrong in the past, twice: long enough ago that no alert still looks at it (the longest window is a tenth of the
// period), and small enough that the month survived it.

const minute = 60
const day = 24 * 3_600

export interface Incident {
  readonly name: string
  /** Seconds since 1970. */
  readonly from: number
  readonly to: number
  /** Journeys whose latency and failures it touches; of `payments` only checkout, and so hard that little budget is left. */
  readonly cause: 'payments' | 'slow-database'
}

/** Share of its error budget that checkout has left, the outage of payments being what took it. */
export const budgetLeftOfCheckout = 0.15

/** While the database was slow. */
export const slowDatabase = { slowShare: 0.2, failedShare: 0.012, medianFactor: 6 } as const

/**
 * At a period of 30 days: payments down for 55 minutes in the evening nine days ago, the database slow for 70 minutes in the
 * afternoon 21 days ago. A shorter period has the same twelve times (or so) closer and shorter.
 */
export function buildIncidents(end: number, period: number): Incident[] {
  const scale = period / (30 * day)
  const place = (name: string, cause: Incident['cause'], age: number, hourOfDay: number, minutes: number): Incident => {
    const about = end - age * scale
    // A day of the clock is only seen where the period holds many of them.
    const from = scale === 1 ? Math.floor(about / day) * day + hourOfDay * 3_600 : Math.round(about)
    return { name, cause, from, to: from + minutes * minute * scale }
  }
  return [
    place('database slow', 'slow-database', 21 * day, 15, 70),
    place('payments down', 'payments', 9 * day, 19, 55),
  ]
}

export const isDuring = (incident: Incident, time: number): boolean => time > incident.from && time <= incident.to
