// What sending a parcel costs. Never fails: the flat rate is always there.
import { flatShippingCents, type ShippingSource } from '@techmart/contracts/shipping-routes'
import type { Country } from '@techmart/contracts/shop'
import type { CarrierClient } from './carrier-client.ts'
import type { CheckoutEvents } from './checkout-events.ts'

export interface Shipping {
  readonly cents: number
  readonly source: ShippingSource
}

export type QuoteShipping = (parcel: { country: Country; pieces: number }, signal: AbortSignal) => Promise<Shipping>

export function makeQuoteShipping(ports: { carrier: CarrierClient; events: CheckoutEvents }): QuoteShipping {
  return async (parcel, signal) => {
    try {
      const { cents } = await ports.carrier.quote(parcel, signal)
      return { cents, source: 'carrier' }
    } catch (error) {
      ports.events.wentWithout('shipping', error)
      return { cents: flatShippingCents, source: 'flat' }
    }
  }
}
