// What the carrier asks for a parcel: more for far countries, and something for every piece after the first.
import type { Country } from '@techmart/contracts/shop'
import type { Chance } from './chance.ts'

export type QuoteResult = { outcome: 'quoted'; cents: number } | { outcome: 'failed' }

export interface Carrier {
  /** The same parcel has the same price; whether a call fails is chance, anew for every call. */
  quote(parcel: { country: Country; pieces: number }): QuoteResult
}

export const carrierTariff: Readonly<Record<Country, { firstCents: number; furtherCents: number }>> = {
  US: { firstCents: 480, furtherCents: 60 },
  GB: { firstCents: 620, furtherCents: 80 },
  DE: { firstCents: 640, furtherCents: 80 },
  FR: { firstCents: 660, furtherCents: 85 },
  JP: { firstCents: 890, furtherCents: 120 },
  BR: { firstCents: 940, furtherCents: 140 },
  IN: { firstCents: 870, furtherCents: 130 },
}

export function makeCarrier(options: { failureRatioOf: (country: Country) => number; chance: Chance }): Carrier {
  return {
    quote({ country, pieces }) {
      if (options.chance() < options.failureRatioOf(country)) return { outcome: 'failed' }
      const { firstCents, furtherCents } = carrierTariff[country]
      return { outcome: 'quoted', cents: firstCents + (pieces - 1) * furtherCents }
    },
  }
}
