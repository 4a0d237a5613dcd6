// Muting for the time of a maintenance: a silence in Alertmanager that ends by itself. The dead man's switch is never muted, so
// that somebody still hears when alerts can travel no more.
import { describeAlert } from '../chaos/scenario.ts'
import type { Settings } from './settings.ts'
import { SettingsError } from './settings.ts'
import type { Matcher, Silence, SilencesApi } from './silences-api.ts'

export interface MuteDeps {
  readonly silences: SilencesApi
  /** Journeys that have an objective now, so that a misspelt one is refused instead of muting nothing. */
  readonly listJourneys: () => Promise<readonly string[]>
  readonly tell: (line: string) => void
  readonly now: () => number
}

/** Whose silences `make unmute` ends; those that a person made on Alertmanager's page are left alone. */
const createdBy = 'make mute'

const matcherOf = (journey: string | undefined): Matcher =>
  journey === undefined
    ? { name: 'alertname', value: 'Watchdog', isRegex: false, isEqual: false }
    : { name: 'cuj_name', value: journey, isRegex: false, isEqual: true }

function isOf(silence: Silence, journey: string | undefined): boolean {
  const [only, ...more] = silence.matchers
  const { name, value, isEqual } = matcherOf(journey)
  return more.length === 0 && only?.name === name && only.value === value && only.isEqual === isEqual && !only.isRegex
}

const isOurs = (silence: Silence): boolean => silence.createdBy === createdBy

function describeScope(journey: string | undefined): string {
  return journey === undefined ? "every alert but the dead man's switch" : `every alert of ${journey}`
}

function describeSilence({ matchers }: Silence): string {
  const journey = matchers.find(({ name }) => name === 'cuj_name')
  return describeScope(journey?.value)
}

/** `2026-11-20 14:32:10 UTC`. */
const toMoment = (at: string | number): string =>
  new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z/, ' UTC')

async function refuseUnknownJourney({ listJourneys }: MuteDeps, journey: string | undefined): Promise<void> {
  if (journey === undefined) return
  const known = await listJourneys()
  if (!known.includes(journey))
    throw new SettingsError(`JOURNEY is '${journey}'; there are: ${[...known].sort().join(', ') || 'none yet'}.`)
}

export async function mute(deps: MuteDeps, settings: Settings): Promise<void> {
  const { silences, tell, now } = deps
  const { journey, durationSeconds, reason } = settings
  await refuseUnknownJourney(deps, journey)
  const earlier = (await silences.listSilences()).find(silence => isOurs(silence) && isOf(silence, journey))

  const endsAt = new Date(now() + durationSeconds * 1000).toISOString()
  const id = await silences.addSilence({
    ...(earlier ? { id: earlier.id } : {}),
    matchers: [matcherOf(journey)],
    startsAt: new Date(now()).toISOString(),
    endsAt,
    createdBy,
    comment: reason,
  })

  tell(`Muted until ${toMoment(endsAt)}: ${describeScope(journey)} (${reason}).`)
  if (earlier) tell(`It was muted already, until ${toMoment(earlier.endsAt)}; the new end counts.`)
  const muted = (await silences.listAlerts()).filter(({ silencedBy }) => silencedBy.includes(id))
  for (const { labels } of muted) tell(`  fires now, and is muted: ${describeAlert(labels)}`)
  if (muted.length === 0) tell('None of them fires now.')
  tell(
    `They are still counted, drawn and listed. To hear of them again: make unmute${journey ? ` JOURNEY=${journey}` : ''}`,
  )
}

export async function unmute(deps: MuteDeps, settings: Settings): Promise<void> {
  const { silences, tell } = deps
  const { journey, alertmanagerUrl } = settings
  await refuseUnknownJourney(deps, journey)
  const isMeant = (silence: Silence): boolean => isOurs(silence) && (journey === undefined || isOf(silence, journey))
  const before = await silences.listSilences()
  const muted = new Set(before.filter(isMeant).map(({ id }) => id))
  const held = (await silences.listAlerts()).filter(({ silencedBy }) => silencedBy.some(id => muted.has(id)))

  for (const silence of before.filter(isMeant)) {
    await silences.endSilence(silence.id)
    tell(`Not muted any more: ${describeSilence(silence)} (${silence.comment}).`)
  }
  const left = await silences.listSilences()
  if (left.some(isMeant)) throw new Error(`Alertmanager still lists a silence of ours: ${alertmanagerUrl}/#/silences`)

  if (muted.size === 0) tell(`Nothing was muted by make mute${journey ? ` for ${journey}` : ''}.`)
  const stillMuted = new Set(left.map(({ id }) => id))
  for (const { labels, silencedBy } of held) {
    if (!silencedBy.some(id => stillMuted.has(id)))
      tell(`  fires, and is delivered within seconds: ${describeAlert(labels)}`)
  }
  for (const silence of left.filter(isOurs))
    tell(`Still muted until ${toMoment(silence.endsAt)}: ${describeSilence(silence)}.`)
  const others = left.filter(silence => !isOurs(silence)).length
  if (others > 0) tell(`Silences that others made and that stay: ${others}. ${alertmanagerUrl}/#/silences`)
}
