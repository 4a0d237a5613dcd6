// Whom a fault strikes. Country and chosen word belong to a whole request: they travel with it in the baggage, and only while
// some fault asks for them. Baggage is believed because the edge drops what strangers send.
import { type Context, context, propagation } from '@opentelemetry/api'
import { chaosWordPattern, type Fault } from '@techmart/contracts/faults'
import { countries } from '@techmart/contracts/shop'
import { countryBaggageKey, findJourneyName, wordBaggageKey } from './journey.ts'

/** What is known of the call that may be struck. */
export interface Call {
  /** Route (`POST /charges`), host, statement name or topic. */
  readonly target: string
  /** Where the call itself says it; the request's own is used otherwise. */
  readonly country?: string | undefined
  /** Only a fault that names this target strikes it: what probes and scrapes ask. */
  readonly isForMachines?: boolean
}

/** Whether the fault is meant for this call; time and chance are looked at elsewhere. */
export function concerns(fault: Fault, { target, country, isForMachines = false }: Call): boolean {
  if (fault.target === undefined ? isForMachines : fault.target !== target) return false
  if (fault.journey !== undefined && fault.journey !== findJourneyName()) return false
  if (fault.country !== undefined && fault.country !== (country ?? findMark(countryBaggageKey))) return false
  return fault.header === undefined || fault.header.value === findMark(wordBaggageKey)
}

/** Whether faults of this kind need requests to carry their country or word. */
export const needsMarks = (fault: Fault): boolean => fault.country !== undefined || fault.header !== undefined

/** The context in which everything below carries what the request says of itself; what cannot be a mark is left out. */
export function markContext(marks: { country?: unknown; word?: unknown }, parent = context.active()): Context {
  let baggage = propagation.getBaggage(parent) ?? propagation.createBaggage()
  if (isCountry(marks.country)) baggage = baggage.setEntry(countryBaggageKey, { value: marks.country })
  if (isWord(marks.word)) baggage = baggage.setEntry(wordBaggageKey, { value: marks.word })
  return propagation.setBaggage(parent, baggage)
}

/** The country that a request's or message's own content names. */
export function findCountry(...contents: readonly unknown[]): string | undefined {
  for (const content of contents) {
    const country =
      typeof content === 'object' && content !== null && 'country' in content ? content.country : undefined
    if (isCountry(country)) return country
  }
  return undefined
}

const findMark = (key: string): string | undefined => propagation.getBaggage(context.active())?.getEntry(key)?.value

const isCountry = (value: unknown): value is string => (countries as readonly unknown[]).includes(value)

const wordShape = new RegExp(chaosWordPattern)
const isWord = (value: unknown): value is string => typeof value === 'string' && wordShape.test(value)
