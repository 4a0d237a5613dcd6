import type { PromotionRecord } from './promotion-record.ts'

const since = new Date('2024-01-01T00:00:00Z')
const plain = { percent: null, cents: null, startsAt: since, endsAt: null, useLimit: null }

/** The codes that the shop opens with; documents and traffic name them. */
export const seededPromotions: readonly Omit<PromotionRecord, 'uses'>[] = [
  { ...plain, code: 'WELCOME10', kind: 'percentage', percent: 10 },
  { ...plain, code: 'LAMP5', kind: 'fixed', cents: 500 },
  { ...plain, code: 'SPRING24', kind: 'percentage', percent: 24, endsAt: new Date('2024-06-21T00:00:00Z') },
  { ...plain, code: 'FIRST100', kind: 'percentage', percent: 20, useLimit: 100 },
]
