// `make chaos-list`: every scenario with what it promises, in seconds at both speeds, computed for the default traffic.
import { journeyShares } from '../traffic/mix.js'
import { durationOf, type PromiseSpec, timeOf } from './promise-time.ts'
import { describeAlert, describePattern, type PromisedAlert } from './scenario.ts'
import { scenarios } from './scenario-list.ts'

/** RPS, unless somebody changes it. */
const defaultRequestsPerSecond = 10

/** Each upload is one job. */
const uploadJobs = { 'product-upload-job': journeyShares['product-upload'] ?? 0 }

/** Events a second of a journey at the default traffic. */
export function usualPaceOf({ labels }: Pick<PromisedAlert, 'labels'>): number {
  const percent = { ...journeyShares, ...uploadJobs }[labels.cuj_name ?? ''] ?? 0
  return (defaultRequestsPerSecond * percent) / 100
}

export function tellList(spec: PromiseSpec, tell: (line: string) => void): void {
  for (const scenario of scenarios) {
    const { name, title, mustFire, mustNotFire } = scenario
    const timesAt = (speed: 'real' | 'lab') =>
      mustFire.map(promise => timeOf(spec, speed, promise, usualPaceOf(promise)))
    const [real, lab] = [timesAt('real'), timesAt('lab')]
    tell(`${name}  ${title} (at most ${durationOf(scenario, real)} s, ${durationOf(scenario, lab)} s at lab speed)`)
    for (const [index, { alertname, labels }] of mustFire.entries()) {
      const seconds = [real[index], lab[index]].map(time => Math.round(time?.expectedSeconds ?? 0))
      const alert = `${describeAlert({ alertname, ...labels })}, ${labels.severity}`
      tell(`    fires      ${alert}: after ${seconds[0]} s, ${seconds[1]} s at lab speed`)
    }
    for (const pattern of mustNotFire) tell(`    stays off  ${describePattern(pattern)}`)
  }
  tell('\nmake chaos SCENARIO=name DURATION=seconds')
}
