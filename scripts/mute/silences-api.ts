// The calls of Alertmanager's HTTP API that muting needs (its v2 API; api/v2/openapi.yaml of prometheus/alertmanager).
import { callJson, HttpError } from '../lib/http-json.ts'

export interface Matcher {
  readonly name: string
  readonly value: string
  readonly isRegex: boolean
  readonly isEqual: boolean
}

export interface NewSilence {
  readonly matchers: readonly Matcher[]
  readonly startsAt: string
  readonly endsAt: string
  readonly createdBy: string
  readonly comment: string
}

export interface Silence extends NewSilence {
  readonly id: string
}

export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>
  /** Ids of the silences that mute it. */
  readonly silencedBy: readonly string[]
}

export interface SilencesApi {
  /** Those that mute now or will; not those that are over. */
  listSilences(): Promise<Silence[]>
  /** Answers with its id. A silence with the id of an earlier one takes its place. */
  addSilence(silence: NewSilence & { readonly id?: string }): Promise<string>
  endSilence(id: string): Promise<void>
  listAlerts(): Promise<KnownAlert[]>
}

const owner = 'Alertmanager'

export function makeSilencesApi(baseUrl: string): SilencesApi {
  const call = async (path: string, method = 'GET', body?: object): Promise<unknown> => {
    try {
      return await callJson(`${baseUrl}/api/v2/${path}`, { method, owner, ...(body ? { body } : {}) })
    } catch (error) {
      // It says what was wrong in a bare JSON string.
      if (error instanceof HttpError && typeof error.body === 'string')
        throw new HttpError(`${owner} refused: ${error.body}`, error.status, { cause: error })
      throw error
    }
  }

  return {
    async listSilences() {
      const silences = (await call('silences')) as (Silence & { status: { state: string } })[]
      return silences.filter(({ status }) => status.state !== 'expired')
    },
    async addSilence(silence) {
      return ((await call('silences', 'POST', silence)) as { silenceID: string }).silenceID
    },
    async endSilence(id) {
      await call(`silence/${encodeURIComponent(id)}`, 'DELETE')
    },
    async listAlerts() {
      const alerts = (await call('alerts')) as { labels: Record<string, string>; status: { silencedBy: string[] } }[]
      return alerts.map(({ labels, status }) => ({ labels, silencedBy: status.silencedBy }))
    },
  }
}
