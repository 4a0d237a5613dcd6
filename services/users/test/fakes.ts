// Hand-written stand-ins: a shop's customers in memory, by the same rules as the SQL, and stores that answer what a test tells them.
import type { UserCreated } from '@techmart/contracts/user-events'
import type { StatisticsStore } from '../src/statistics-store.ts'
import type { UserRecord } from '../src/user-record.ts'
import type { UserStore } from '../src/user-store.ts'

const untold = (method: string) => () => Promise.reject(new Error(`This test did not expect ${method} to be called.`))

export const ada: UserRecord = {
  id: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0011',
  email: 'ada@techmart.example',
  name: 'Ada',
  country: 'GB',
  segment: 'vip',
  isSample: false,
  history: {
    signedUpAt: new Date('2026-01-11T10:00:00Z'),
    count: 12,
    totalCents: 1_30,
    lastAt: new Date('2026-11-11T10:00:00Z'),
  },
}

export const grace: UserRecord = {
  ...ada,
  id: '7b6c1f7e-57f7-4c8e-9d2a-0c8a5f5f0012',
  email: 'Grace@techmart.example',
  name: 'Grace',
  country: 'US',
  segment: 'new',
  history: { signedUpAt: new Date('2026-11-12T10:00:00Z'), count: 0, totalCents: 0, lastAt: null },
}

export function fakeUsers(...known: UserRecord[]): UserStore & { readonly told: UserCreated[]; all(): UserRecord[] } {
  const users = new Map(known.map(user => [user.id, user]))
  const told: UserCreated[] = []
  const isKnown = (email: string) => [...users.values()].find(user => user.email.toLowerCase() === email.toLowerCase())
  return {
    told,
    all: () => [...users.values()],
    async create(user, created) {
      if (isKnown(user.email)) return undefined
      users.set(user.id, user)
      told.push(created)
      return user
    },
    find: async id => users.get(id),
    async findCard(email) {
      const user = isKnown(email)
      return user && { id: user.id, name: user.name, segment: user.segment }
    },
    async list({ country, segment, page, pageSize }) {
      const found = [...users.values()].filter(
        user =>
          (country === undefined || user.country === country) && (segment === undefined || user.segment === segment),
      )
      return { users: found.slice((page - 1) * pageSize, page * pageSize), total: found.length }
    },
    async update(id, { name, country }) {
      const user = users.get(id)
      if (user === undefined) return undefined
      const changed = { ...user, name: name ?? user.name, country: country ?? user.country }
      users.set(id, changed)
      return changed
    },
    remove: async id => users.delete(id),
    seed: untold('seed'),
  }
}

export const fakeStatistics = (told: Partial<StatisticsStore> = {}): StatisticsStore => ({
  record: untold('record'),
  refreshSegments: async () => 0,
  countSegments: async () => ({ new: 0, returning: 0, vip: 0, at_risk: 0, churned: 0 }),
  removeRecordedBefore: async () => 0,
  removeBeyond: async () => 0,
  ...told,
})
