// An Alertmanager that is a list of silences and a list of alerts.
import type { KnownAlert, NewSilence, Silence, SilencesApi } from '../silences-api.ts'

export class FakeSilences implements SilencesApi {
  silences: Silence[] = []
  alerts: KnownAlert['labels'][] = []
  /** When set, ending a silence is answered and does nothing. */
  endsNothing = false

  async listSilences(): Promise<Silence[]> {
    return [...this.silences]
  }

  async addSilence(silence: NewSilence & { readonly id?: string }): Promise<string> {
    const id = silence.id ?? `silence-${this.silences.length + 11}`
    this.silences = [...this.silences.filter(one => one.id !== id), { ...silence, id }]
    return id
  }

  async endSilence(id: string): Promise<void> {
    if (!this.endsNothing) this.silences = this.silences.filter(silence => silence.id !== id)
  }

  async listAlerts(): Promise<KnownAlert[]> {
    return this.alerts.map(labels => ({
      labels,
      silencedBy: this.silences
        .filter(({ matchers }) => matchers.every(({ name, value, isEqual }) => (labels[name] === value) === isEqual))
        .map(({ id }) => id),
    }))
  }
}
