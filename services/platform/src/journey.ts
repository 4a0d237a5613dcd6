// A journey is what a customer came for. One span `cuj.<name>` is one event of its SLOs; `cuj.name` in the baggage marks every
// span below it, in every service. Nothing else in the lab decides what counts.
import {
  type BaggageEntry,
  type Context,
  context,
  createContextKey,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import { isCriticalJourney, journeyNamePattern } from '@techmart/contracts/journeys'
import { withoutSecrets } from './redaction.ts'
import { Refusal } from './refusals.ts'

export const journeyBaggageKey = 'cuj.name'

/** What a request says of itself while some fault is scoped by it; see fault-scope.ts. */
export const countryBaggageKey = 'chaos.country'
export const wordBaggageKey = 'chaos.word'
const scopeBaggageKeys = [countryBaggageKey, wordBaggageKey] as const

/** One event in the making. `context` is what everything below it runs in. */
export interface Journey {
  readonly name: string
  readonly span: Span
  readonly context: Context
  outcome: string | undefined
  /** The event was counted before; see noteRepeat. */
  repeated: boolean
}

export type JourneyEnd =
  | { readonly ended: 'ok' }
  | { readonly ended: 'refused'; readonly outcome: string }
  | { readonly ended: 'failed'; readonly error: unknown }

const journeyKey = createContextKey('techmart journey')
const consumerSpanKey = createContextKey('techmart consumer span')

/** The name of the journey that the context belongs to, wherever it began; undefined outside of journeys. */
export const findJourneyName = (from: Context = context.active()): string | undefined =>
  propagation.getBaggage(from)?.getEntry(journeyBaggageKey)?.value

/**
 * The context whose baggage names the journey, for spans and calls below. Of other entries only those that faults are scoped by
 * are kept. Throws a TypeError when the name is not usable as a label value.
 */
export function journeyContext(name: string, parent: Context = context.active()): Context {
  if (!journeyNamePattern.test(name)) {
    throw new TypeError(`A journey cannot be called '${name}'; a name matches ${journeyNamePattern}.`)
  }
  const entries: Record<string, BaggageEntry> = { [journeyBaggageKey]: { value: name } }
  const inherited = propagation.getBaggage(parent)
  for (const key of scopeBaggageKeys) {
    const entry = inherited?.getEntry(key)
    if (entry) entries[key] = entry
  }
  return propagation.setBaggage(parent, propagation.createBaggage(entries))
}

/** Puts `cuj.name` and `cuj.critical` on a span that began before its journey was known: the SERVER or CONSUMER span. */
export function stampJourney(name: string, span: Span | undefined = entrySpanOf(context.active())): void {
  span?.setAttributes({ 'cuj.name': name, 'cuj.critical': isCriticalJourney(name) })
}

/**
 * Begins an event: stamps the entry span of this process and starts `cuj.<name>` below what is active in `parent`. Whoever
 * begins a journey ends it with endJourney. Prefer withJourney, which cannot forget. `startTime`: since when somebody waits for
 * it, where that was before now; what lay in a queue is then as slow as it was for its customer.
 */
export function beginJourney(
  name: string,
  parent: Context = context.active(),
  options: { startTime?: Date } = {},
): Journey {
  const base = journeyContext(name, parent)
  // Inside another journey of the same request the SERVER span stays with the outer one; a CONSUMER span changes its name.
  const outer = parent.getValue(journeyKey) as Journey | undefined
  const consumerSpan = parent.getValue(consumerSpanKey) as Span | undefined
  if (consumerSpan) stampJourney(name, consumerSpan)
  else if (!outer) stampJourney(name, entrySpanOf(parent))
  const span = tracer().startSpan(
    `cuj.${name}`,
    {
      kind: SpanKind.INTERNAL,
      attributes: { 'cuj.name': name, 'cuj.critical': isCriticalJourney(name) },
      // A clock that runs ahead elsewhere must not make an event that ends before it begins.
      ...(options.startTime && options.startTime.getTime() < Date.now() ? { startTime: options.startTime } : {}),
    },
    base,
  )
  const journey: Journey = {
    name,
    span,
    context: trace.setSpan(base, span),
    outcome: undefined,
    repeated: false,
  }
  return Object.assign(journey, { context: journey.context.setValue(journeyKey, journey) })
}

/**
 * Ends an event. A refusal is OK with its outcome, a failure is ERROR with the exception recorded. `late`: the caller hung up
 * before and somebody else has counted it, so the span is called `late.<name>` and is no event; so is that of a repeat.
 */
export function endJourney(journey: Journey, end: JourneyEnd, options: { late?: boolean } = {}): void {
  const { span } = journey
  if (options.late || journey.repeated) span.updateName(`late.${journey.name}`)
  if (end.ended === 'failed') {
    recordFault(span, end.error)
    span.setAttribute('cuj.outcome', 'failed')
  } else {
    span.setAttribute('cuj.outcome', journey.outcome ?? (end.ended === 'refused' ? end.outcome : 'ok'))
    span.setStatus({ code: SpanStatusCode.OK })
  }
  span.end()
}

/**
 * Runs `fn` as one event of the journey. A Refusal thrown by it is an expected answer: OK, with `cuj.outcome` naming it. Any
 * other error makes the event bad. Throws what `fn` throws.
 */
export async function withJourney<T>(name: string, fn: () => Promise<T>): Promise<T> {
  const journey = beginJourney(name)
  try {
    const result = await context.with(journey.context, fn)
    endJourney(journey, { ended: 'ok' })
    return result
  } catch (error) {
    endJourney(
      journey,
      error instanceof Refusal ? { ended: 'refused', outcome: error.error } : { ended: 'failed', error },
    )
    throw error
  }
}

/** Says in one word how the journey went, for `cuj.outcome`: few different words. Does nothing outside of a journey. */
export function noteOutcome(outcome: string): void {
  const journey = context.active().getValue(journeyKey) as Journey | undefined
  if (journey) journey.outcome = outcome
}

/** Says that this has been done before, and counted: a message that was delivered twice. Does nothing outside of a journey. */
export function noteRepeat(): void {
  const journey = context.active().getValue(journeyKey) as Journey | undefined
  if (journey) journey.repeated = true
}

/** Takes noteRepeat back: whoever did it before was an earlier try of the same event, and nobody has counted that. */
export function forgetRepeat(): void {
  const journey = context.active().getValue(journeyKey) as Journey | undefined
  if (journey) journey.repeated = false
}

/** Counts an event that never reached its service: one `cuj.<name>` span with ERROR, `startTime` to now. For the gateway. */
export function recordFailedJourney(name: string, error: Error, options: { startTime?: Date } = {}): void {
  const span = tracer().startSpan(
    `cuj.${name}`,
    {
      attributes: { 'cuj.name': name, 'cuj.critical': isCriticalJourney(name), 'cuj.outcome': 'unreachable' },
      ...(options.startTime ? { startTime: options.startTime } : {}),
    },
    journeyContext(name),
  )
  recordFault(span, error)
  span.end()
}

/** A context that remembers the CONSUMER span, so that a journey that begins below can rename it. */
export const consumerContext = (span: Span, parent: Context): Context => parent.setValue(consumerSpanKey, span)

/** ERROR on the span, with the exception recorded; e-mail addresses in its message are blotted out. */
export function recordFault(span: Span, error: unknown): void {
  const fault = error instanceof Error ? error : new Error(String(error))
  const message = withoutSecrets(fault.message)
  span.recordException({ name: fault.name, message, stack: withoutSecrets(fault.stack ?? '') })
  span.setStatus({ code: SpanStatusCode.ERROR, message })
}

function entrySpanOf(from: Context): Span | undefined {
  return getRPCMetadata(from)?.span ?? trace.getSpan(from)
}

const tracer = () => trace.getTracer('@techmart/platform')
