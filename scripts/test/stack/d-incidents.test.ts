// Incidents in the running lab: from the webhook to the API and to whoever watches, and through a restart.
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Incident } from '@techmart/contracts/incident-routes'
import { ask, compose, eventually, urls } from './lab.ts'

/** What others broke a minute before may be told meanwhile, in the same incident: it is known by the journey, which is ours alone. */
const journey = `rehearsal-${crypto.randomUUID()}`
const startsAt = new Date().toISOString()
const fingerprint = crypto.randomUUID().replaceAll('-', '').slice(0, 16)

/**
 * As Alertmanager delivers; it stands for an alert that nothing in the lab would set off by itself. Alertmanager does not know it, so the lab
 * would end it by itself after three minutes; its restart begins them anew.
 */
async function deliver(status: 'firing' | 'resolved'): Promise<void> {
  const alert = {
    status,
    labels: { alertname: 'Rehearsal', severity: 'critical', cuj_name: journey, slo: 'availability' },
    annotations: { summary: 'a rehearsal' },
    startsAt,
    endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : new Date().toISOString(),
    generatorURL: '',
    fingerprint,
  }
  const json = { version: '4', groupKey: 'rehearsal', status, receiver: 'page', alerts: [alert] }
  assert.equal((await ask(`${urls.lab}/hooks/alerts`, { method: 'POST', json })).status, 204)
}

const isOurs = ({ journeys }: Incident) => journeys.includes(journey)

const find = async (): Promise<Incident> => {
  const { incidents } = (await ask(`${urls.store}/lab/incidents`)).body
  const found = incidents.find(isOurs)
  assert.ok(found, 'there is no such incident')
  return found
}

/** Reads the stream through the gateway, and comes again when it is cut off, as a browser does. */
function watchStream(t: TestContext) {
  const leaving = new AbortController()
  t.after(() => leaving.abort())
  const seen: Incident[] = []
  let lastEventId = ''
  const read = async () => {
    const headers: Record<string, string> = lastEventId === '' ? {} : { 'last-event-id': lastEventId }
    const response = await fetch(`${urls.store}/lab/incidents/stream`, { headers, signal: leaving.signal })
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString()
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      for (const event of events) {
        lastEventId = /^id: (\d+)$/m.exec(event)?.[1] ?? lastEventId
        const data = /^data: (.*)$/m.exec(event)?.[1]
        if (data) seen.push(JSON.parse(data))
      }
    }
  }
  const keepReading = async () => {
    while (!leaving.signal.aborted) {
      await read().catch(() => {})
      await new Promise(resolve => setTimeout(resolve, 200))
    }
  }
  keepReading()
  return { states: () => seen.filter(isOurs).map(({ state }) => state) }
}

test('a webhook is an incident in the API within a second, through a restart, to its end', async t => {
  const stream = watchStream(t)
  const deliveredMs = performance.now()
  await deliver('firing')
  const opened = await eventually(find, { withinMs: 1_000, everyMs: 20 })
  t.diagnostic(`from the webhook to the incident in the API: ${Math.round(performance.now() - deliveredMs)} ms`)
  assert.equal(opened.state, 'open')
  await eventually(async () => assert.deepEqual([...new Set(stream.states())], ['open']), { withinMs: 5_000 })

  await compose('restart', '--timeout', '20', 'lab')
  await eventually(async () => assert.equal((await ask(`${urls.lab}/health`)).status, 200), { withinMs: 60_000 })
  assert.equal((await find()).state, 'open')

  await deliver('resolved')
  const closed = await eventually(
    async () => {
      const incident = await find()
      assert.equal(incident.state, 'resolved')
      return incident
    },
    // As long as the alerts last that others left behind.
    { withinMs: 180_000 },
  )
  assert.equal(closed.detectedAt, opened.detectedAt)
  await eventually(async () => assert.equal(stream.states().at(-1), 'resolved'), { withinMs: 15_000 })
})
