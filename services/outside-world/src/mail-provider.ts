import { BoundedMemory } from './bounded-memory.ts'
import type { Chance } from './chance.ts'

export type MailResult = { outcome: 'accepted'; again: boolean } | { outcome: 'failed' }

export interface MailProvider {
  /** The same message key is sent once, however often it is asked. */
  send(messageKey: string): MailResult
}

export function makeMailProvider(options: {
  failureRatio: number
  chance: Chance
  rememberedKeys: number
}): MailProvider {
  const sent = new BoundedMemory<true>(options.rememberedKeys)
  return {
    send(messageKey) {
      if (options.chance() < options.failureRatio) return { outcome: 'failed' }
      const again = sent.find(messageKey) !== undefined
      sent.put(messageKey, true)
      return { outcome: 'accepted', again }
    },
  }
}
