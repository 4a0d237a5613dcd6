// What `make mute` and `make unmute` are told, by variables: FOR, JOURNEY, REASON. All that is wrong is named at once.

export interface Settings {
  readonly action: 'mute' | 'unmute'
  /** Everything but the dead man's switch where absent. */
  readonly journey: string | undefined
  readonly durationSeconds: number
  readonly reason: string
  readonly alertmanagerUrl: string
  readonly prometheusUrl: string
}

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export const usage = `Usage: make mute [FOR=30m] [JOURNEY=checkout] [REASON='moving the database'] | make unmute [JOURNEY=checkout]`

const [leastSeconds, mostSeconds] = [10, 7 * 86_400]
const maxReasonLength = 200

/** `90s`, `30m`, `1h30m`, `2d`; undefined for anything else, and for nothing. */
export function readDuration(text: string): number | undefined {
  const parts = /^(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s)?$/.exec(text)
  if (!parts || text === '') return undefined
  const [days, hours, minutes, seconds] = parts.slice(1).map(part => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
  ]
  return days * 86_400 + hours * 3600 + minutes * 60 + seconds
}

export function readSettings(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: string[] = []
  const [action, ...rest] = args
  if (action !== 'mute' && action !== 'unmute')
    problems.push(`The first argument is '${action}'; it must be mute or unmute.`)
  for (const arg of rest) problems.push(`Unknown argument '${arg}'.`)

  const duration = env.FOR || '30m'
  const durationSeconds = readDuration(duration)
  if (durationSeconds === undefined || durationSeconds < leastSeconds || durationSeconds > mostSeconds)
    problems.push(`FOR is '${duration}'; it must be a duration like 90s, 30m or 1h30m, from 10s to 7d.`)

  const reason = env.REASON || 'maintenance'
  if (reason.length > maxReasonLength)
    problems.push(`REASON has ${reason.length} characters; at most ${maxReasonLength} are kept.`)

  const address = (variable: string, port: string, otherwise: string): string => {
    const url = env[variable] || `http://localhost:${env[port] || otherwise}`
    if (!/^https?:\/\//.test(url) || !URL.canParse(url))
      problems.push(`${variable} is '${url}'; it must be an address like http://localhost:${otherwise}.`)
    return url.replace(/\/+$/, '')
  }
  const alertmanagerUrl = address('ALERTMANAGER_URL', 'ALERTMANAGER_PORT', '9093')
  const prometheusUrl = address('PROMETHEUS_URL', 'PROMETHEUS_PORT', '9090')

  if (problems.length > 0 || durationSeconds === undefined) throw new SettingsError([...problems, usage].join('\n'))
  return {
    action: action as Settings['action'],
    journey: env.JOURNEY || undefined,
    durationSeconds,
    reason,
    alertmanagerUrl,
    prometheusUrl,
  }
}
