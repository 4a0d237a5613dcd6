// What a quiet hour must have been like (issue of the whole store): at least 95 % of checkouts reach payment, at most 0.02 %
// technical failures in any country, no tier of an SLO fires. And what else one wants to know of it.
import { countries, segments } from '@techmart/contracts/shop'
import type { Growth } from '../../scripts/lib/growth.ts'
import type { Watched } from './watch.ts'

const leastShareOfPayments = 0.95
const mostFailures = 0.0002
const steps = ['browse', 'view', 'cart', 'checkout', 'paid'] as const

export interface Verdict {
  readonly claim: string
  readonly seen: string
  readonly holds: boolean
}

const percent = (ratio: number): string => (Number.isFinite(ratio) ? `${(ratio * 100).toFixed(3)} %` : '–')

/** Charges that the provider was asked for, whatever it said. */
const askedIn = ({ growth }: Watched, country?: string): number =>
  growth.payments.sum(country ? { country } : {}) -
  growth.payments.sum({ outcome: 'circuit_open', ...(country ? { country } : {}) })

const failedIn = ({ growth }: Watched, country: string): number => growth.payments.sum({ country, outcome: 'failed' })

const isTier = (name: string): boolean => /^JourneyBurns/.test(name)

/** Combinations of country and segment in which something was counted, of those that a known customer can be in. */
function countCells(list: Watched['growth']['orders'], more: Readonly<Record<string, string>> = {}): number {
  const known = segments.filter(segment => segment !== 'unknown')
  return countries.flatMap(country => known.filter(segment => list.sum({ country, segment, ...more }) > 0)).length
}
const allCells = countries.length * (segments.length - 1)

export function judge(watched: Watched): readonly Verdict[] {
  const { growth, alerts } = watched
  const checkouts = growth.events.sum({ cuj_name: 'checkout' })
  const share = askedIn(watched) / checkouts
  const ratios = countries.map(country => failedIn(watched, country) / askedIn(watched, country))
  const worst = Math.max(...ratios)
  const tiers = alerts.filter(({ name, firingSeconds }) => isTier(name) && firingSeconds > 0)
  return [
    {
      claim: `at least ${leastShareOfPayments * 100} % of checkouts reach payment`,
      seen: `${percent(share)} of ${checkouts}`,
      holds: share >= leastShareOfPayments,
    },
    {
      claim: `at most ${mostFailures * 100} % technical failures in any country`,
      seen: percent(worst),
      // A country in which nobody paid says nothing, and so does not hold.
      holds: worst <= mostFailures,
    },
    {
      claim: 'no tier of an SLO fires',
      seen: tiers.length === 0 ? 'none' : tiers.map(({ name, about }) => `${name} (${about})`).join(', '),
      holds: tiers.length === 0,
    },
    {
      claim: 'orders from every country and segment',
      seen: `${countCells(growth.orders)} of ${allCells}`,
      holds: countCells(growth.orders) === allCells,
    },
  ]
}

/** Growth of all series by one of their labels, most of it first. */
const growthBy = (of: Growth, label: string): [string, number][] =>
  [...new Set(of.list().map(({ labels }) => labels[label] ?? ''))]
    .map((value): [string, number] => [value, of.sum({ [label]: value })])
    .sort(([, a], [, b]) => b - a)

export function toReport(watched: Watched): readonly string[] {
  const { growth, alerts, notifications } = watched
  const minutes = watched.seconds / 60
  const lines: string[] = [`Watched for ${minutes.toFixed(1)} min, ${watched.gaps} readings missed.`, '']

  lines.push('| journey | events | a minute | failed |', '|---|---|---|---|')
  for (const [name, events] of growthBy(growth.events, 'cuj_name')) {
    const failed = growth.failures.sum({ cuj_name: name })
    lines.push(`| ${name} | ${events} | ${(events / minutes).toFixed(1)} | ${failed} |`)
  }
  lines.push(
    `| all | ${growth.events.sum()} | ${(growth.events.sum() / minutes).toFixed(1)} | ${growth.failures.sum()} |`,
  )

  lines.push(
    '',
    '| country | charges asked | charged | declined | failed | technical failures |',
    '|---|---|---|---|---|---|',
  )
  for (const country of countries) {
    const asked = askedIn(watched, country)
    const of = (outcome: string) => growth.payments.sum({ country, outcome })
    const ratio = percent(failedIn(watched, country) / asked)
    lines.push(`| ${country} | ${asked} | ${of('charged')} | ${of('declined')} | ${of('failed')} | ${ratio} |`)
  }

  lines.push('', '| step | events | countries × segments | of unknown segment |', '|---|---|---|---|')
  for (const step of steps) {
    const unknown = growth.funnel.sum({ step, segment: 'unknown' })
    lines.push(
      `| ${step} | ${growth.funnel.sum({ step })} | ${countCells(growth.funnel, { step })} of ${allCells} | ${unknown} |`,
    )
  }

  const refusals = growthBy(growth.refusals, 'reason').filter(([, count]) => count > 0)
  lines.push('', `Checkouts without a sale: ${listed(refusals.map(([reason, count]) => `${reason} ${count}`))}.`)
  lines.push(`Requests that the shoppers dropped: ${growth.dropped.sum()}. Telemetry dropped: ${growth.lost.sum()}.`)
  lines.push(
    `Notifications: ${notifications.length}, beside ${watched.beats} beats of the dead man's switch: ${listed(
      notifications.map(({ alertname, status, labels }) => `${alertname} ${status} ${labels.cuj_name ?? ''}`.trim()),
    )}.`,
  )
  lines.push(
    `Alerts pending or firing: ${listed(
      alerts.map(
        ({ name, severity, about, pendingSeconds, firingSeconds }) =>
          `${name} (${severity}; ${about}) pending ${pendingSeconds} s, firing ${firingSeconds} s`,
      ),
    )}.`,
    '',
  )
  for (const { claim, seen, holds } of judge(watched))
    lines.push(`${holds ? 'holds' : 'FALLS SHORT'}: ${claim}: ${seen}`)
  return lines
}

const listed = (words: readonly string[]): string => (words.length === 0 ? 'none' : words.join(', '))
