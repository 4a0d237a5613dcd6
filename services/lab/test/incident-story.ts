// A lab to which things happen: faults, marks and deliveries by the front door, on its own clock.
import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { FaultRequest } from '@techmart/contracts/faults'
import type { Incident, IncidentDetail, MarkRequest } from '@techmart/contracts/incident-routes'
import { toFingerprint } from '../src/dead-man-alert.ts'
import { makeLookRound } from '../src/look-for-ends.ts'
import { buildTestLab, type TestLabParts } from './build-test-app.ts'
import { paymentsFailing } from './fixtures.ts'

interface AlertWords {
  alertname?: string
  cuj_name?: string
  slo?: string
  severity?: string
  [label: string]: string | undefined
}

/** `startsAt` is what Alertmanager knows, which outlives the lab: each alert that fires, by its fingerprint, and since when. */
export function startStory(
  t: TestContext,
  { startsAt = new Map(), ...parts }: TestLabParts & { startsAt?: Map<string, string> } = {},
) {
  const lab = buildTestLab(t, parts)
  const now = () => new Date(lab.deps.now()).toISOString()

  const ok = async (response: Promise<{ statusCode: number; body: string }>) => {
    const { statusCode, body } = await response
    assert.ok(statusCode < 300, body)
    return body === '' ? undefined : JSON.parse(body)
  }

  const toLabels = (words: AlertWords) =>
    ({ alertname: 'JourneyBurnsFast', severity: 'critical', slo: 'availability', ...words }) as Record<string, string>

  const deliver = (status: 'firing' | 'resolved') => async (words: AlertWords) => {
    const labels = toLabels(words)
    const fingerprint = toFingerprint(labels)
    if (status === 'firing' && !startsAt.has(fingerprint)) startsAt.set(fingerprint, now())
    const alert = {
      status,
      labels,
      annotations: { summary: `${labels.cuj_name ?? labels.alertname} is in trouble` },
      startsAt: startsAt.get(fingerprint) ?? now(),
      endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : now(),
      generatorURL: '',
      fingerprint,
    }
    if (status === 'resolved') startsAt.delete(fingerprint)
    const body = { version: '4', groupKey: 'x', status, receiver: 'page', alerts: [alert] }
    await ok(lab.app.inject({ method: 'POST', url: '/hooks/alerts', body }))
  }

  const alertmanager = {
    isAway: false,
    hearsPrometheus: true,
    async listAlerts() {
      if (alertmanager.isAway) throw new Error('Alertmanager did not answer.')
      const alerts = [...startsAt.keys()].map(fingerprint => ({ fingerprint, alertname: 'JourneyBurnsFast' }))
      return alertmanager.hearsPrometheus ? [...alerts, { fingerprint: 'd06', alertname: 'Watchdog' }] : alerts
    },
  }
  const look = makeLookRound({ ...lab.deps, alertmanager })

  return {
    ...lab,
    startsAt,
    alertmanager,
    /** It is over, and Alertmanager knows; nobody tells the lab. */
    endUnheard: (words: AlertWords) => startsAt.delete(toFingerprint(toLabels(words))),
    /** Lets that time pass while the lab looks at Alertmanager every fifteen seconds. */
    async lookFor(seconds: number) {
      for (let passed = 0; passed < seconds; passed += 15) {
        lab.pass(15)
        await look().catch(() => undefined)
      }
    },
    fire: deliver('firing'),
    resolve: deliver('resolved'),
    breakIt: async (fields: Partial<FaultRequest> = {}): Promise<string> =>
      (
        await ok(
          lab.app.inject({
            method: 'POST',
            url: '/lab/faults',
            body: { ...paymentsFailing, durationSeconds: 3600, ...fields },
          }),
        )
      ).id,
    heal: () => ok(lab.app.inject({ method: 'DELETE', url: '/lab/faults' })),
    mark: (body: MarkRequest) => ok(lab.app.inject({ method: 'POST', url: '/lab/marks', body })),
    incidents: async (): Promise<Incident[]> => (await ok(lab.app.inject('/lab/incidents'))).incidents,
    incident: async (id: number): Promise<IncidentDetail> => ok(lab.app.inject(`/lab/incidents/${id}`)),
  }
}

export const checkout = { cuj_name: 'checkout' }
