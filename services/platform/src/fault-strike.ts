// What a fault does to one call.
import { context, trace } from '@opentelemetry/api'
import { getRPCMetadata } from '@opentelemetry/core'
import type { Fault } from '@techmart/contracts/faults'
import { FaultError, PoisonError } from './fault-error.ts'
import { delay } from './wait.ts'

export interface Victim {
  readonly target: string
  /** The same for every try of one message. */
  readonly messageId?: string
}

/** Whether the fault strikes this time. `random`: from 0 to below 1. */
export function isDrawn(fault: Fault, { messageId }: Victim, random: () => number): boolean {
  if (fault.kind !== 'poison') return random() < fault.ratio
  return messageId !== undefined && shareOf(messageId) < fault.ratio
}

export interface Ends {
  /** The caller waits no longer: the call fails. */
  readonly givenUp: AbortSignal
  /** The fault is over, by its time or because it was stopped: a delayed call goes on. */
  readonly over: AbortSignal
}

/** Delays, hangs until either end, or throws; marks the span that is active, and the request's own. */
export async function strikeCall(
  fault: Fault,
  victim: Victim,
  { givenUp, over }: Ends,
  random: () => number,
): Promise<void> {
  if (!fault.hidden) mark(fault.scenario)
  if (fault.kind === 'poison') throw new PoisonError(fault)
  if (fault.kind === 'error' || fault.kind === 'refuse') throw new FaultError(fault, victim.target)
  const waitMs = fault.kind === 'latency' ? drawLatencyMs(fault, random) : Date.parse(fault.endsAt) - Date.now()
  await delay(waitMs, AbortSignal.any([givenUp, over]))
  if (fault.kind === 'hang' || givenUp.aborted) throw new FaultError({ ...fault, kind: 'hang' }, victim.target)
}

function drawLatencyMs({ latencyMs = 1_000, tail }: Fault, random: () => number): number {
  return tail !== undefined && random() < tail.share ? tail.latencyMs : latencyMs
}

function mark(scenario: string): void {
  const active = context.active()
  getRPCMetadata(active)?.span.setAttribute('chaos.fault', scenario)
  trace.getSpan(active)?.setAttribute('chaos.fault', scenario)
}

/** A number from 0 to below 1 that is always the same for the same text (FNV-1a of 32 bits, and MurmurHash3's last steps). */
function shareOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  // FNV alone leaves the high bits of neighbouring offsets alike.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
