// Stand-ins for what an order is made of beside its goods: customer, promotion, shipping.
import type { CustomerCard } from '@techmart/contracts/user-routes'
import type { CarrierClient } from '../src/carrier-client.ts'
import type { CustomersClient } from '../src/customers-client.ts'
import type { PromotionRecord } from '../src/promotion-record.ts'
import type { PromotionStore } from '../src/promotion-store.ts'

/** Nobody signed up, unless they are handed in by their address. */
export const fakeCustomers = (known: Readonly<Record<string, CustomerCard>> = {}): CustomersClient => ({
  find: async email => known[email],
})

/** Sends everything for 4.40; keeps what it was asked. */
export function fakeCarrier(cents = 4_40): CarrierClient & { readonly asked: unknown[] } {
  const asked: unknown[] = []
  return {
    asked,
    async quote(parcel) {
      asked.push(parcel)
      return { cents }
    },
  }
}

const since = new Date('2026-01-01T00:00:00Z')
const plain = { percent: null, cents: null, startsAt: since, endsAt: null, useLimit: null, uses: 0 }

export const tenPercent: PromotionRecord = { ...plain, code: 'TEN', kind: 'percentage', percent: 10 }
export const fiveDollars: PromotionRecord = { ...plain, code: 'FIVE', kind: 'fixed', cents: 5_00 }
export const over: PromotionRecord = { ...tenPercent, code: 'OVER', endsAt: new Date('2026-02-01T00:00:00Z') }
export const tooEarly: PromotionRecord = { ...tenPercent, code: 'EARLY', startsAt: new Date('2099-01-01T00:00:00Z') }
export const usedUp: PromotionRecord = { ...tenPercent, code: 'USED', useLimit: 3, uses: 3 }

export const fakePromotions = (
  all: readonly PromotionRecord[] = [tenPercent, fiveDollars, over, tooEarly, usedUp],
): PromotionStore => ({
  find: async code => all.find(promotion => promotion.code === code.toUpperCase()),
  seed: async () => {},
})
