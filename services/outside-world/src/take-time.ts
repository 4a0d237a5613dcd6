// A provider's time to answer, by provider and country.
import { setTimeout as after } from 'node:timers/promises'
import type { Country } from '@techmart/contracts/shop'
import type { Chance } from './chance.ts'
import { carrierRates, mailSlowRatio, paymentRates } from './country-rates.ts'
import { carrierPace, drawLatencyMs, unhurriedPace } from './latency.ts'

export type Provider = 'payment' | 'mail' | 'carrier'

/** Resolves when the provider has taken its time. */
export type TakeTime = (provider: Provider, country?: Country) => Promise<void>

/** `scale` multiplies the time; 0 is instant. */
export function makeTakeTime({ chance, scale }: { chance: Chance; scale: number }): TakeTime {
  return async (provider, country) => {
    const pace = provider === 'carrier' ? carrierPace : unhurriedPace
    const latencyMs = drawLatencyMs(chance, pace, slowRatioOf(provider, country)) * scale
    if (latencyMs > 0) await after(latencyMs)
  }
}

function slowRatioOf(provider: Provider, country: Country | undefined): number {
  if (country === undefined) return mailSlowRatio
  return provider === 'carrier' ? carrierRates[country].slowRatio : paymentRates[country].slowRatio
}
