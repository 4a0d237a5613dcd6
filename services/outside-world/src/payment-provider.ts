// What the payment provider does with a charge. Whether a key is approved or declined follows from the key itself; whether a
// call fails on the way is chance, anew for every call, so that asking again helps.
import type { ProviderCharge } from '@techmart/contracts/outside-routes'
import type { Country } from '@techmart/contracts/shop'
import { BoundedMemory } from './bounded-memory.ts'
import { type Chance, fateOf } from './chance.ts'
import { type DeclineReason, declineReasons, type PaymentRates } from './country-rates.ts'

export type ProviderResult =
  | { outcome: 'answered'; charge: ProviderCharge }
  | { outcome: 'failed' }
  | { outcome: 'reply-lost' }
  | { outcome: 'unknown-key' }

export interface PaymentProvider {
  charge(request: { chargeKey: string; amountCents: number; country: Country }): ProviderResult
  refund(chargeKey: string): ProviderResult
}

export interface PaymentProviderOptions {
  seed: string
  ratesOf: (country: Country) => Pick<PaymentRates, 'declineRatio' | 'technicalRatio'>
  chance: Chance
  rememberedKeys: number
}

export function makePaymentProvider(options: PaymentProviderOptions): PaymentProvider {
  const { seed, ratesOf, chance } = options
  const charges = new BoundedMemory<{ charge: ProviderCharge; country: Country }>(options.rememberedKeys)

  /** Half of the technical failures come before anything was done, half lose the reply to what was done. */
  function throughTheWire(country: Country, act: () => ProviderCharge): ProviderResult {
    const { technicalRatio } = ratesOf(country)
    const draw = chance()
    if (draw < technicalRatio / 2) return { outcome: 'failed' }
    const charge = act()
    return draw < technicalRatio ? { outcome: 'reply-lost' } : { outcome: 'answered', charge }
  }

  return {
    charge({ chargeKey, country }) {
      return throughTheWire(country, () => {
        const known = charges.find(chargeKey)
        if (known) return known.charge
        const charge = decide(chargeKey, seed, ratesOf(country).declineRatio)
        charges.put(chargeKey, { charge, country })
        return charge
      })
    },
    refund(chargeKey) {
      const known = charges.find(chargeKey)
      if (!known || known.charge.status === 'declined') return { outcome: 'unknown-key' }
      return throughTheWire(known.country, () => {
        const charge: ProviderCharge = { chargeKey, status: 'refunded' }
        charges.put(chargeKey, { charge, country: known.country })
        return charge
      })
    },
  }
}

function decide(chargeKey: string, seed: string, declineRatio: number): ProviderCharge {
  return fateOf(`${seed}:${chargeKey}`) < declineRatio
    ? { chargeKey, status: 'declined', reason: reasonOf(fateOf(`${seed}:reason:${chargeKey}`)) }
    : { chargeKey, status: 'approved' }
}

function reasonOf(fate: number): DeclineReason {
  let upTo = 0
  for (const { reason, share } of declineReasons) {
    upTo += share
    if (fate < upTo) return reason
  }
  return 'insufficient_funds'
}
