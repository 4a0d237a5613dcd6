// Asks Alertmanager which alerts it knows: those that fire, muted ones too (silences and inhibition are no ends), but none that has
// ended.
import { UpstreamError } from '@techmart/platform/refusals'

export interface ListedAlert {
  readonly fingerprint: string
  readonly alertname: string
}

export interface AlertmanagerClient {
  /** Throws when it does not answer, or not in its own words. */
  listAlerts(): Promise<ListedAlert[]>
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function readListedAlert(alert: unknown): ListedAlert {
  const { fingerprint, labels } = isRecord(alert) ? alert : {}
  if (typeof fingerprint !== 'string' || !isRecord(labels)) {
    throw new UpstreamError('Alertmanager listed an alert without fingerprint or labels.', {
      kind: 'bad-answer',
      dependency: 'alertmanager',
    })
  }
  return { fingerprint, alertname: String(labels.alertname ?? '') }
}

export function makeAlertmanagerClient(options: { baseUrl: string; timeoutMs: number }): AlertmanagerClient {
  return {
    async listAlerts() {
      let response: Response
      try {
        response = await fetch(`${options.baseUrl}/api/v2/alerts`, {
          signal: AbortSignal.timeout(options.timeoutMs),
          headers: { accept: 'application/json' },
        })
      } catch (cause) {
        throw new UpstreamError('Alertmanager did not answer.', { kind: 'refused', dependency: 'alertmanager', cause })
      }
      const answer: unknown = response.ok ? await response.json() : undefined
      if (!Array.isArray(answer)) {
        throw new UpstreamError(`Alertmanager answered ${response.status}, without a list.`, {
          kind: 'bad-answer',
          dependency: 'alertmanager',
        })
      }
      return answer.map(readListedAlert)
    },
  }
}
