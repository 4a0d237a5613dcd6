// One line on stdout for what was asked and done. Nobody collects these: the providers' telemetry is not ours to see.
import type { Country } from '@techmart/contracts/shop'
import type { Log } from '@techmart/platform/log'
import type { QuoteResult } from './carrier.ts'
import type { MailResult } from './mail-provider.ts'
import type { ProviderResult } from './payment-provider.ts'

export interface OutsideWorldEvents {
  chargeAsked(chargeKey: string, country: Country, result: ProviderResult): void
  refundAsked(chargeKey: string, result: ProviderResult): void
  mailAsked(messageKey: string, template: string, result: MailResult): void
  quoteAsked(country: Country, pieces: number, result: QuoteResult): void
}

const statusOf = (result: ProviderResult) => (result.outcome === 'answered' ? result.charge.status : result.outcome)

export function makeOutsideWorldEvents(log: Log): OutsideWorldEvents {
  return {
    chargeAsked: (chargeKey, country, result) =>
      log.info('charge asked', { charge_key: chargeKey, country, outcome: statusOf(result) }),
    refundAsked: (chargeKey, result) => log.info('refund asked', { charge_key: chargeKey, outcome: statusOf(result) }),
    mailAsked: (messageKey, template, result) =>
      log.info('mail asked', { message_key: messageKey, template, outcome: result.outcome }),
    quoteAsked: (country, pieces, result) => log.info('quote asked', { country, pieces, outcome: result.outcome }),
  }
}
