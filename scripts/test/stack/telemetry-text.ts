// All that the lab keeps and shows about its running, as text to look for a word in: traces, logs, containers' output, label values,
// exemplars, delivered alerts, headers of dead letters.
import assert from 'node:assert/strict'
import kafkajs from 'kafkajs'
import { ask, compose, urls } from './lab.ts'

const getText = async (url: string): Promise<string> => {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000), headers: { accept: 'application/json' } })
  const text = await response.text()
  assert.equal(response.status, 200, `${url}: ${text.slice(0, 200)}`)
  return text
}

/** A trace as it is stored: resources, events and links too. Empty where it is not there. */
export async function traceText(traceId: string): Promise<string> {
  const answer = await ask(`${urls.traces}/api/traces/${traceId}`, { headers: { accept: 'application/json' } })
  return answer.status === 200 ? JSON.stringify(answer.body) : ''
}

/** Every trace since then, whoever began it. */
export async function tracesText(sinceMs: number): Promise<{ text: string; count: number }> {
  const limit = 3000
  const [start, end] = [Math.floor(sinceMs / 1000), Math.ceil(Date.now() / 1000) + 1]
  const found = JSON.parse(await getText(`${urls.traces}/api/search?limit=${limit}&start=${start}&end=${end}`))
  const ids = found.traces.map(({ traceID }: { traceID: string }) => traceID)
  assert.ok(ids.length < limit, `${ids.length} traces: more than are looked at`)
  const texts: string[] = []
  for (const id of ids) texts.push(await traceText(id))
  return { text: texts.join('\n'), count: ids.length }
}

/** Every line in Loki since then, with its labels and everything that is kept beside it. */
export async function lokiText(sinceMs: number): Promise<string> {
  const services = JSON.parse(await getText(`${urls.loki}/loki/api/v1/label/service_name/values`)).data as string[]
  const texts = [services.join('\n')]
  for (const service of services) {
    const query = encodeURIComponent(`{service_name="${service}"}`)
    const limit = 5000
    const text = await getText(
      `${urls.loki}/loki/api/v1/query_range?limit=${limit}&start=${sinceMs}000000&query=${query}`,
    )
    const streams = JSON.parse(text).data.result as { values: unknown[] }[]
    const lines = streams.reduce((sum, { values }) => sum + values.length, 0)
    assert.ok(lines < limit, `${lines} lines of ${service}: more than are looked at`)
    texts.push(text)
  }
  return texts.join('\n')
}

/** What the containers print, our own services' and everybody else's, before anybody takes anything out of it. */
export const containersText = (sinceMs: number): Promise<string> =>
  compose('logs', '--no-color', '--since', new Date(sinceMs).toISOString())

/** Every value of every label. */
export async function labelsText(): Promise<string> {
  const names = JSON.parse(await getText(`${urls.prometheus}/api/v1/labels`)).data as string[]
  const texts: string[] = []
  for (const name of names) texts.push(await getText(`${urls.prometheus}/api/v1/label/${name}/values`))
  return texts.join('\n')
}

export function exemplarsText(sinceMs: number): Promise<string> {
  const query = encodeURIComponent('{__name__=~".+"}')
  const [start, end] = [sinceMs / 1000, Date.now() / 1000]
  return getText(`${urls.prometheus}/api/v1/query_exemplars?query=${query}&start=${start}&end=${end}`)
}

/** What was delivered, and what Alertmanager holds now. */
export const alertsText = async (): Promise<string> =>
  [await getText(`${urls.lab}/lab/inbox?limit=1000`), await getText(`${urls.alertmanager}/api/v2/alerts`)].join('\n')

/** The headers of all dead letters. Their values are what was sent, kept to be mended. */
export async function deadLetterHeadersText(topics: readonly string[]): Promise<string> {
  const { Kafka, logLevel } = kafkajs
  const client = new Kafka({ brokers: [process.env.KAFKA_TEST_BROKERS as string], logLevel: logLevel.NOTHING })
  const admin = client.admin()
  await admin.connect()
  const ends = await Promise.all(topics.map(topic => admin.fetchTopicOffsets(topic)))
  await admin.disconnect()
  const wanted = ends.flat().reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0)
  const groupId = `privacy-${crypto.randomUUID()}`
  const consumer = client.consumer({ groupId })
  const headers: string[] = []
  await consumer.connect()
  try {
    await consumer.subscribe({ topics: [...topics], fromBeginning: true })
    await new Promise<void>((resolve, reject) => {
      const late = () => reject(new Error(`${headers.length} of ${wanted} dead letters were read in 30 s`))
      const timer = setTimeout(late, 30_000)
      const done = () => {
        if (headers.length < wanted) return
        clearTimeout(timer)
        resolve()
      }
      done()
      const eachMessage = async ({ message }: { message: kafkajs.KafkaMessage }) => {
        const texts = Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)])
        headers.push(JSON.stringify([String(message.key), ...texts]))
        done()
      }
      consumer.run({ eachMessage }).catch(reject)
    })
  } finally {
    await consumer.disconnect()
    const last = client.admin()
    await last.connect()
    await last.deleteGroups([groupId]).catch(() => {})
    await last.disconnect()
  }
  return headers.join('\n')
}
