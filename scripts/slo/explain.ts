// The command behind `make slo-explain JOURNEY=checkout`. Traffic is asked of the running lab's Prometheus; RATE=1.5 (events a
// second) does without one.
import { readFile } from 'node:fs/promises'
import { explainJourney } from './explain-journey.ts'
import { readObjectives } from './objectives.ts'
import { readWindows, speedNames } from './windows.ts'

const root = new URL('../../', import.meta.url)
const {
  JOURNEY: journey = '',
  RATE: rate,
  SLO_SPEED: wantedSpeed = 'real',
  PROMETHEUS_PORT: port = '9090',
} = process.env

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

async function askTraffic(): Promise<number> {
  const expr = `sum(rate(techmart_calls_total{span_name="cuj.${journey}", cuj_name="${journey}"}[5m]))`
  const url = `http://localhost:${port}/api/v1/query?query=${encodeURIComponent(expr)}`
  const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((error: unknown) =>
    fail(`Prometheus does not answer at localhost:${port} (${String(error)}). Start the lab, or give RATE=1.5.`),
  )
  const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } }
  const value = data.result[0]?.value[1]
  return value === undefined ? fail(`No event of the journey '${journey}' in the last 5 minutes.`) : Number(value)
}

if (!/^[a-z][a-z0-9-]+$/.test(journey)) fail('Say which journey: JOURNEY=checkout.')
const speedName = speedNames.find(name => name === wantedSpeed) ?? fail(`SLO_SPEED is one of ${speedNames.join(', ')}.`)
const eventsPerSecond = rate === undefined || rate === '' ? await askTraffic() : Number(rate)
if (!(eventsPerSecond > 0)) fail(`RATE is a number of events a second, above 0; it was '${rate}'.`)

const objectives = readObjectives(await readFile(new URL('prometheus/slo/objectives.yml', root), 'utf8'))
const windows = readWindows(await readFile(new URL('prometheus/slo/windows.yml', root), 'utf8'))
console.log(explainJourney(journey, objectives, windows[speedName], eventsPerSecond))
