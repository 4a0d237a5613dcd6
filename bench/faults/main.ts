// What following the list of faults costs a request while there is none: the same small app with and without it, in turns.

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { defineRoute } from '@techmart/contracts/route'
import { type Faults, followFaults } from '@techmart/platform/faults'
import { addRoute, buildHttpApp, type HttpApp } from '@techmart/platform/http-app'
import { buildLog } from '@techmart/platform/log'
import { buildMetrics } from '@techmart/platform/metrics'
import Type from 'typebox'

const rounds = Number(process.env.ROUNDS ?? 41)
const requests = Number(process.env.REQUESTS ?? 2_000)
const checks = 10_000_000

const getLamp = defineRoute({
  method: 'GET',
  path: '/lamps/:id',
  summary: 'A lamp.',
  schema: { response: { 200: Type.Object({ lamp: Type.Boolean() }) } },
})

const log = buildLog({ service: 'bench', level: 'error' })

function buildLampApp(faults?: Faults): HttpApp {
  const readiness = async () => ({ ready: true, dependencies: {} })
  const app = buildHttpApp({ service: 'bench', log, metrics: buildMetrics(), readiness, ...(faults ? { faults } : {}) })
  addRoute(app, getLamp, async () => ({ lamp: true }))
  return app
}

async function microsecondsPerRequest(app: HttpApp): Promise<number> {
  // CPU and not the clock: the machine has other things to do.
  const before = process.cpuUsage()
  for (let n = 0; n < requests; n++) await app.inject('/lamps/11')
  const { user, system } = process.cpuUsage(before)
  return (user + system) / requests
}

function nanosecondsPerCheck(faults: Faults): number {
  const startedAt = performance.now()
  let active = 0
  for (let n = 0; n < checks; n++) if (faults.areActive() || faults.areScoped()) active++
  if (active > 0) throw new Error('A fault is active: this measures peace.')
  return ((performance.now() - startedAt) * 1e6) / checks
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

const lab = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json').end('{"faults":[]}')
})
await new Promise<void>(resolve => lab.listen(0, '127.0.0.1', resolve))
const labUrl = `http://127.0.0.1:${(lab.address() as AddressInfo).port}`
const faults = followFaults({ service: 'bench', labUrl, log })
const following = buildLampApp(faults)
const without = buildLampApp()

await microsecondsPerRequest(following)
await microsecondsPerRequest(without)
const times: { following: number[]; without: number[] } = { following: [], without: [] }
for (let round = 0; round < rounds; round++) {
  times.following.push(await microsecondsPerRequest(following))
  times.without.push(await microsecondsPerRequest(without))
}
console.log(`a look whether there is a fault: ${nanosecondsPerCheck(faults).toFixed(1)} ns`)
console.log(
  `CPU of a request, median of ${rounds} rounds of ${requests}: ${median(times.following).toFixed(1)} µs following the list,`,
)
console.log(`  ${median(times.without).toFixed(1)} µs without faults`)

await faults[Symbol.asyncDispose]()
await Promise.all([following.close(), without.close()])
lab.close()
