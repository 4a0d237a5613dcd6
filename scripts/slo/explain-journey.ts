// `make slo-explain`: what each alert of one journey means at its present traffic, in words.
import { secondsToClear, secondsToFire, toWords } from './burn-arithmetic.ts'
import type { JourneyObjectives, Objectives } from './objectives.ts'
import type { Speed, Tier } from './windows.ts'

const badShares = [0.01, 0.05, 0.1, 0.5, 1]

/** 99.9 % without float noise: the text's digits, moved. */
const toPercent = (ratio: string): string => `${Number((Number(ratio) * 100).toFixed(6))} %`

const toCount = (events: number): string => (events >= 10 ? String(Math.round(events)) : events.toFixed(1))

function explainTier(tier: Tier, budget: number, eventsPerSecond: number): string[] {
  const needed = tier.factor * budget
  const counted = (seconds: number) => toCount(eventsPerSecond * seconds)
  const { short, long } = tier
  const rows = badShares.map(badShare => {
    const pace = { budget, badShare, eventsPerSecond }
    const fires = secondsToFire(tier, pace)
    const what = `${badShare * 100} % bad`.padStart(10)
    if (fires === undefined) return `    ${what}: never`
    return `    ${what}: fires after ${toWords(fires)}, clears ${toWords(secondsToClear(tier, pace))} after the healing`
  })
  return [
    `  ${tier.alert} (${tier.severity}): more than ${Number((needed * 100).toFixed(4))} % bad over ${long.window.text} and over ${short.window.text}`,
    `    that is ${tier.factor} times what the objective allows; at present traffic more than ${toCount(eventsPerSecond * long.window.seconds * needed)} of ${counted(long.window.seconds)} events in ${long.window.text}, ${toCount(eventsPerSecond * short.window.seconds * needed)} of ${counted(short.window.seconds)} in ${short.window.text}`,
    `    and never fewer than ${long.badEvents} bad events in ${long.window.text} and ${short.badEvents} in ${short.window.text}`,
    ...rows,
  ]
}

export function explainJourney(
  name: string,
  { journeys, defaults }: Objectives,
  speed: Speed,
  eventsPerSecond: number,
): string {
  const declared = journeys.find(journey => journey.name === name)
  const journey: JourneyObjectives = declared ?? { name, ...defaults }
  const slos = [
    ['availability', journey.availability, 'of events do not fail'],
    ['latency', journey.latency.objective, `of events that did not fail end within ${journey.latency.thresholdMs} ms`],
  ] as const
  return [
    `${name}, ${declared ? 'declared in' : 'by the defaults of'} prometheus/slo/objectives.yml, at the speed ${speed.name}:`,
    `${toCount(eventsPerSecond * 60)} events a minute, ${toCount(eventsPerSecond * speed.period.seconds)} in ${speed.period.text}.`,
    ...slos.flatMap(([slo, objective, words]) => {
      const budget = 1 - Number(objective)
      const allowed = toCount(eventsPerSecond * speed.period.seconds * budget)
      return [
        '',
        `${slo}: ${toPercent(objective)} ${words}; ${allowed} may be bad in ${speed.period.text}.`,
        ...speed.tiers.flatMap(tier => explainTier(tier, budget, eventsPerSecond)),
      ]
    }),
    '',
  ].join('\n')
}
