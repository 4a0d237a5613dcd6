// Promotions: a code that takes something off the items of an order. Shipping is never discounted.
import Type, { type Static } from 'typebox'
import { commonErrors } from './errors.ts'
import { anyone, defineRoute } from './route.ts'
import { Cents, Timestamp } from './shop.ts'

export const PromotionCode = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9-]{2,23}$',
  description: 'Letters, digits and hyphens, 3 to 24 of them; upper and lower case are the same.',
})

export const promotionKinds = ['percentage', 'fixed'] as const
export type PromotionKind = (typeof promotionKinds)[number]

/** `active` is the only state in which a code takes anything off. */
export const promotionStates = ['active', 'not_started', 'expired', 'used_up'] as const
export type PromotionState = (typeof promotionStates)[number]

export const Promotion = Type.Object(
  {
    code: PromotionCode,
    kind: Type.Enum([...promotionKinds]),
    percent: Type.Union([Type.Integer({ minimum: 1, maximum: 100 }), Type.Null()], {
      description: 'Off the items, rounded down to the cent; null where the kind is fixed.',
    }),
    cents: Type.Union([Cents, Type.Null()], {
      description: 'Off the items, never more than they cost; null where the kind is percentage.',
    }),
    state: Type.Enum([...promotionStates], { description: 'Whether it counts now, or why not.' }),
    startsAt: Timestamp,
    endsAt: Type.Union([Timestamp, Type.Null()], {
      description: 'From then on it is expired; null where it never is.',
    }),
    usesLeft: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
      description: 'Orders that may still use it; null where there is no limit. A cancelled order gives its use back.',
    }),
  },
  { additionalProperties: false },
)
export type Promotion = Static<typeof Promotion>

export const getPromotion = defineRoute({
  method: 'GET',
  path: '/api/promotions/:code',
  summary: 'What a promotion code takes off, and whether it does so now.',
  access: anyone,
  schema: {
    params: Type.Object({ code: PromotionCode }, { additionalProperties: false }),
    response: { 200: Promotion, ...commonErrors },
  },
})
