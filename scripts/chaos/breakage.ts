// The breaking and the healing of one scenario: faults by the lab, containers by Docker. Whatever is broken here has its own end.
import type { Fault } from '@techmart/contracts/faults'
import type { LabApi } from '../lib/lab-api.ts'
import type { Containers } from './containers.ts'
import { type Marks, toBrokenMark, toHealedMark } from './marks.ts'
import type { Scenario } from './scenario.ts'
import type { Timeline } from './timeline.ts'

export interface Breakage {
  start(): Promise<void>
  /** Ends the faults, undoes what was done to containers, and makes sure that the lab lists our faults no more. */
  heal(): Promise<void>
  /** When the last of it ends though nobody heals. */
  readonly endsAt: string
}

const describeFault = ({ service, target, kind, ratio, latencyMs, country, tail, leak }: Fault): string => {
  const whose = `${service}: ${target ?? 'everything'}`
  const often = ratio < 1 ? ` ${Math.round(ratio * 100)} times of 100` : ''
  const where = country ? ` for customers in ${country}` : ''
  const what: Readonly<Record<Fault['kind'], string>> = {
    error: `${whose} fails${often}${where}`,
    latency: `${whose} takes ${latencyMs ?? tail?.latencyMs} ms longer${often}${where}`,
    hang: `${whose} does not answer${often}${where}`,
    refuse: `${whose} cannot be reached${often}${where}`,
    stop: `${service} takes no messages of ${target ?? 'any topic'}`,
    poison: `${service} chokes on${often || ' all'} messages of ${target ?? 'any topic'}`,
    'cpu-burn': `${service} computes for nothing, ${Math.round(ratio * 100)} % of the time`,
    'block-loop': `${service} stands still for ${latencyMs} ms at a time, ${Math.round(ratio * 100)} % of the time`,
    'leak-memory': `${service} forgets to let go of up to ${leak?.maxMegabytes} MB`,
  }
  return what[kind]
}

export interface BreakageParts {
  readonly scenario: Scenario
  readonly durationSeconds: number
  readonly lab: LabApi
  readonly containers: Containers
  readonly marks: Marks
  readonly timeline: Timeline
  readonly now: () => number
}

export function makeBreakage(parts: BreakageParts): Breakage {
  const { scenario, durationSeconds, lab, containers, marks, timeline, now } = parts
  const faults: Fault[] = []
  const endsAtMs = now() + durationSeconds * 1000

  async function endFaults(): Promise<void> {
    await Promise.all(faults.map(({ id }) => lab.stopFault(id)))
    if (faults.length === 0) return
    const ours = new Set(faults.map(({ id }) => id))
    const left = (await lab.listFaults()).filter(({ id }) => ours.has(id))
    if (left.length > 0)
      throw new Error(`The lab still lists ${left.length} of our faults; the last ends at ${left[0]?.endsAt}.`)
  }

  return {
    endsAt: new Date(endsAtMs).toISOString(),

    async start() {
      for (const fault of scenario.faults) {
        const reason = `make chaos: ${scenario.title}`
        const started = await lab.startFault({ ...fault, scenario: scenario.name, durationSeconds, reason })
        faults.push(started)
        timeline.add('injected', now(), `${describeFault(started)}, until ${started.endsAt} at the latest`)
      }
      await containers.break(scenario, endsAtMs, words =>
        timeline.add('injected', now(), `${words}, until ${new Date(endsAtMs).toISOString()} at the latest`),
      )
      for (const action of scenario.actions) await marks.add(toBrokenMark(action, scenario.name))
    },

    async heal() {
      // Containers first, and whatever happens: a dead gateway stands between us and the lab.
      const [undone] = await Promise.allSettled([containers.undo()])
      const [ended] = await Promise.allSettled([endFaults()])
      if (undone.status === 'rejected') throw undone.reason
      for (const action of undone.value) await marks.add(toHealedMark(action, scenario.name))
      if (ended.status === 'rejected') throw ended.reason
    },
  }
}
