// `make deploy SERVICE=api`. Exit code 0 when the new image runs, 1 when it was rolled back, 2 when it could not begin or was cut off.
import { makeMarks } from '../chaos/marks.ts'
import { makePrometheusApi } from '../chaos/prometheus-api.ts'
import { readComposedServices } from '../lib/docker.ts'
import { makeLabApi } from '../lib/lab-api.ts'
import { makeDeployMarks } from './deploy-marks.ts'
import { makeErrorLook } from './error-look.ts'
import { makeReplicas } from './replicas.ts'
import { roll } from './roll.ts'
import { readSettings } from './settings.ts'
import { type Step, toWords } from './steps.ts'

const now = (): number => performance.now() / 1_000
const begunAt = now()

async function main(): Promise<number> {
  try {
    const settings = readSettings(process.env, await readComposedServices())
    // The check alone: said before the image is built.
    if (process.argv.includes('--check')) return 0
    const replicas = makeReplicas(settings.service, settings.image)
    const errors = makeErrorLook(makePrometheusApi(settings.prometheusUrl))
    const marks = makeDeployMarks(makeMarks(makeLabApi(settings.storeUrl), Date.now), settings)
    const tell = (step: Step): void => {
      console.log(`${(now() - begunAt).toFixed(1).padStart(6)} s  ${toWords(step)}`)
      marks.follow(step)
    }
    const interruption = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort())
    const parts = { replicas, errors, tell, now, everySeconds: 2, interrupted: interruption.signal }
    const isDone = await roll(parts, { ...settings, readyWithinSeconds: 90 }).finally(marks.posted)
    return isDone ? 0 : 1
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 2
  }
}

process.exitCode = await main()
