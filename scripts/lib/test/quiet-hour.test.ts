// The verdict on a quiet hour (bench/quiet-hour): made-up hours that keep what is promised, and that break it in one way each.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countries, segments } from '@techmart/contracts/shop'
import { judge, toReport } from '../../../bench/quiet-hour/report.ts'
import { counters, type Watched } from '../../../bench/quiet-hour/watch.ts'
import { makeGrowth } from '../growth.ts'

interface Hour {
  readonly checkouts?: number
  readonly failedInBrazil?: number
  readonly alerts?: Watched['alerts']
  readonly missingSegment?: string
}

const grown = (...samples: readonly (readonly [Record<string, string>, number])[]) => {
  const growth = makeGrowth()
  growth.read(samples.map(([labels]) => ({ labels, value: 0 })))
  growth.read(samples.map(([labels, value]) => ({ labels, value })))
  return growth
}

/** 1,000 charges in each country. */
function makeHour({ checkouts = 7_100, failedInBrazil = 0, alerts = [], missingSegment }: Hour = {}): Watched {
  const payments = countries.flatMap(country => {
    const failed = country === 'BR' ? failedInBrazil : 0
    return [
      [{ country, outcome: 'charged' }, 900 - failed],
      [{ country, outcome: 'declined' }, 100],
      [{ country, outcome: 'failed' }, failed],
      // Never asked of the provider.
      [{ country, outcome: 'circuit_open' }, 50],
    ] as [Record<string, string>, number][]
  })
  const orders = countries.flatMap(country =>
    segments
      .filter(segment => segment !== missingSegment)
      .map(segment => [{ country, segment }, 20] as [Record<string, string>, number]),
  )
  return {
    seconds: 3600,
    growth: {
      events: grown(
        [{ cuj_name: 'checkout', instance: 'one' }, checkouts - 100],
        [{ cuj_name: 'checkout', instance: 'two' }, 100],
        [{ cuj_name: 'order-lookup' }, 3_600],
      ),
      failures: grown([{ cuj_name: 'checkout' }, failedInBrazil]),
      payments: grown(...payments),
      orders: grown(...orders),
      refusals: grown([{ reason: 'out_of_stock' }, 100], [{ reason: 'declined' }, 700]),
      funnel: grown([{ step: 'paid', country: 'US', segment: 'new' }, 6_300]),
      dropped: grown([{}, 0]),
      lost: grown([{}, 0]),
    },
    alerts,
    notifications: [],
    beats: 360,
    gaps: 0,
  }
}

const broken = (hour: Hour): readonly string[] =>
  judge(makeHour(hour)).flatMap(({ claim, holds }) => (holds ? [] : [claim]))

const alert = (name: string, pendingSeconds: number, firingSeconds: number) => ({
  name,
  severity: 'critical',
  about: 'cuj_name=checkout',
  pendingSeconds,
  firingSeconds,
})

test('an hour in which nearly all pay, nothing fails and nobody is told keeps its promises', () => {
  assert.deepEqual(broken({}), [])
  // One stray that only waits, and an alert of another kind, are no tier of an SLO.
  assert.deepEqual(broken({ alerts: [alert('JourneyBurnsFast', 5, 0), alert('ServiceDown', 0, 5)] }), [])
})

test('each promise is broken by its own trouble', () => {
  assert.match(broken({ checkouts: 7_400 }).join(), /^at least 95 % of checkouts reach payment$/)
  assert.match(broken({ failedInBrazil: 1 }).join(), /^at most 0.02 % technical failures in any country$/)
  assert.match(broken({ alerts: [alert('JourneyBurnsSlowly', 0, 5)] }).join(), /^no tier of an SLO fires$/)
  assert.match(broken({ missingSegment: 'vip' }).join(), /^orders from every country and segment$/)
})

test('the report names each journey, country and step, and what was delivered', () => {
  const lines = toReport(makeHour({ failedInBrazil: 2, alerts: [alert('JourneyBurnsFast', 5, 10)] })).join('\n')

  assert.match(lines, /\| checkout \| 7100 \| 118\.3 \| 2 \|/)
  assert.match(lines, /\| BR \| 1000 \| 898 \| 100 \| 2 \| 0\.200 % \|/)
  assert.match(lines, /\| paid \| 6300 \| 1 of 35 \| 0 \|/)
  assert.match(lines, /JourneyBurnsFast \(critical; cuj_name=checkout\) pending 5 s, firing 10 s/)
  assert.match(lines, /Notifications: 0, beside 360 beats/)
  assert.match(lines, /FALLS SHORT: at most 0\.02 %/)
})

test('what is read are counters themselves: of a sum, a series that goes would look like a restart', () => {
  for (const expression of Object.values(counters)) assert.match(expression, /^\w+_total(\{[^}]+\})?$/)
})
