// The faults that this process is under, for its metrics and its spans. One list a process, as there is one /metrics and one
// tracer; whoever follows the lab's list writes it, and nobody else.
import { type Fault, faultPoints } from '@techmart/contracts/faults'
import { Gauge, type Registry } from 'prom-client'

const hidden = 'hidden'
let countByPoint = new Map<string, number>()
let processScenario: string | undefined

/** Replaces the list. */
export function markFaults(active: readonly Fault[]): void {
  countByPoint = new Map()
  for (const fault of active) {
    const point = fault.hidden ? hidden : fault.point
    countByPoint.set(point, (countByPoint.get(point) ?? 0) + 1)
  }
  processScenario = active.find(fault => fault.point === 'process' && !fault.hidden)?.scenario
}

/** The scenario whose fault strikes the process as a whole, and with it every span; undefined almost always. */
export const findProcessScenario = (): string | undefined => processScenario

/** faults_active{point}: always there, so that "all off" is a figure and not an absence. */
export function registerFaultMarks(registry: Registry): void {
  new Gauge({
    name: 'faults_active',
    help: 'Faults made on purpose that this process is under.',
    labelNames: ['point'],
    registers: [registry],
    collect() {
      for (const point of [...faultPoints, hidden]) this.set({ point }, countByPoint.get(point) ?? 0)
    },
  })
}
