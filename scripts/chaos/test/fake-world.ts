// A lab, a Prometheus and an inbox that are one small world with a clock of its own: each round of the runner is one second.
import type { Fault, FaultRequest } from '@techmart/contracts/faults'
import type { MarkRequest } from '@techmart/contracts/incident-routes'
import type { InboxEntry } from '@techmart/contracts/lab-routes'
import type { LabApi } from '../../lib/lab-api.ts'
import type { Containers } from '../containers.ts'
import type { ProbeResult } from '../probe.ts'
import type { ActiveAlert, PrometheusApi, Sample } from '../prometheus-api.ts'
import type { ContainerAction } from '../scenario.ts'

export interface WorldOptions {
  /** Seconds of a fault until the alert fires; never where absent. */
  readonly fireAfterSeconds?: number
  /** Seconds from firing to the inbox; never where absent. */
  readonly deliverAfterSeconds?: number
  /** Seconds from healing to resolved; never where absent. */
  readonly resolveAfterSeconds?: number
  /** An alert that fires along with it. */
  readonly company?: Readonly<Record<string, string>>
  /** Called at the beginning of each second. */
  readonly onSecond?: (second: number) => void
}

const startMs = Date.UTC(2026, 10, 20, 14)
const pageLabels = { alertname: 'JourneyBurnsFast', cuj_name: 'checkout', slo: 'availability', severity: 'critical' }

export class FakeWorld {
  second = 0
  started: FaultRequest[] = []
  stopped: string[] = []
  deadManAgeSeconds: number | null = 3
  /** Failed and all checkouts, counted since long ago. */
  bad = 3
  total = 1000
  /** What Prometheus answers to anything else. */
  extraSamples = new Map<string, Sample[]>()
  extraAlerts: ActiveAlert[] = []
  labIsGone = false
  /** What is done to containers now, and was undone. */
  broken: readonly ContainerAction[] = []
  undone: ContainerAction[] = []
  marks: MarkRequest[] = []
  /** What each probe finds, one after another; afterwards all is well. */
  probeResults: ProbeResult[] = []
  #faults: Fault[] = []
  #firstFaultAt: number | undefined
  #healedAt: number | undefined
  #inbox: InboxEntry[] = []
  readonly #options: WorldOptions

  constructor(options: WorldOptions = {}) {
    this.#options = options
  }

  readonly now = (): number => startMs + this.second * 1000

  #isFiring(): boolean {
    const { fireAfterSeconds, resolveAfterSeconds } = this.#options
    if (this.#firstFaultAt === undefined || fireAfterSeconds === undefined) return false
    if (this.second < this.#firstFaultAt + fireAfterSeconds) return false
    if (this.#healedAt === undefined || resolveAfterSeconds === undefined) return true
    return this.second < this.#healedAt + resolveAfterSeconds
  }

  #deliver(status: 'firing' | 'resolved'): void {
    this.#inbox.push({
      id: this.#inbox.length + 8,
      receivedAt: new Date(this.now()).toISOString(),
      status,
      alertname: 'JourneyBurnsFast',
      labels: pageLabels,
      annotations: {
        summary: 'checkout fails for customers',
        runbook_url: 'http://localhost:8080/runbooks/JourneyBurnsFast',
      },
      startsAt: new Date(this.now()).toISOString(),
      endsAt: null,
      fingerprint: 'c0ffee',
      generatorUrl: '',
    })
  }

  #passSecond(): void {
    this.second += 1
    this.#options.onSecond?.(this.second)
    this.#faults = this.#faults.filter(({ endsAt }) => Date.parse(endsAt) > this.now())
    this.total += 10
    if (this.#faults.length + this.broken.length > 0) this.bad += 5
    const {
      fireAfterSeconds = Infinity,
      deliverAfterSeconds = Infinity,
      resolveAfterSeconds = Infinity,
    } = this.#options
    if (this.#firstFaultAt === undefined) return
    if (this.second === this.#firstFaultAt + fireAfterSeconds + deliverAfterSeconds) this.#deliver('firing')
    if (this.#healedAt !== undefined && this.second === this.#healedAt + resolveAfterSeconds) this.#deliver('resolved')
  }

  readonly lab: LabApi = {
    listFaults: async () => {
      this.#checkLab()
      return [...this.#faults]
    },
    startFault: async request => {
      this.#checkLab()
      const { durationSeconds, ...rest } = request
      this.started.push(request)
      this.#firstFaultAt ??= this.second
      const fault: Fault = {
        ...rest,
        id: crypto.randomUUID(),
        startsAt: new Date(this.now()).toISOString(),
        endsAt: new Date(this.now() + durationSeconds * 1000).toISOString(),
      }
      this.#faults.push(fault)
      return fault
    },
    stopFault: async id => {
      this.#checkLab()
      this.stopped.push(id)
      this.#healedAt ??= this.second
      this.#faults = this.#faults.filter(fault => fault.id !== id)
    },
    stopAllFaults: async () => {
      this.#checkLab()
      this.#faults = []
      return []
    },
    listInbox: async ({ after = 0 } = {}) => {
      this.#checkLab()
      return this.#inbox.filter(({ id }) => id > after)
    },
    postMark: async mark => {
      this.#checkLab()
      this.marks.push(mark)
    },
    getDeadMan: async () => ({ lastBeatAt: null, ageSeconds: this.deadManAgeSeconds, beats: 7 }),
  }

  readonly containers: Containers = {
    findTrouble: async () => [],
    break: async ({ actions }) => {
      this.broken = actions
      if (actions.length > 0) this.#firstFaultAt ??= this.second
    },
    breakForLater: async () => {},
    undo: async () => {
      const undone = this.broken
      if (undone.length > 0) this.#healedAt ??= this.second
      this.undone.push(...undone)
      this.broken = []
      return undone
    },
  }

  readonly probe = async (): Promise<ProbeResult> => this.probeResults.shift() ?? { asked: 50, failed: 0, slow: 0 }

  #checkLab(): void {
    if (this.labIsGone) throw new Error('The lab does not answer.')
  }

  readonly prometheus: PrometheusApi = {
    query: async expression => this.#answer(expression),
    listAlerts: async () => {
      // The clock stands still until something is broken.
      if (this.#firstFaultAt !== undefined) this.#passSecond()
      const alerts = [...this.extraAlerts]
      const activeAtMs = startMs + ((this.#firstFaultAt ?? 0) + (this.#options.fireAfterSeconds ?? 0)) * 1000
      if (this.#isFiring()) {
        alerts.push({ labels: pageLabels, state: 'firing', activeAtMs })
        if (this.#options.company) alerts.push({ labels: this.#options.company, state: 'firing', activeAtMs })
      }
      return alerts
    },
    listExemplars: async () => ['5b8efff798038103d269b633813fc700'],
  }

  #answer(expression: string): Sample[] {
    const extra = this.extraSamples.get(expression)
    if (extra) return extra
    const one = (value: number): Sample[] => [{ labels: { cuj_name: 'checkout' }, value }]
    if (expression.includes('offset 30s')) return one(expression.includes('ERROR') ? 0 : 60)
    if (expression.startsWith('slo:error_budget:ratio')) return one(0.001)
    if (expression.includes('slo:period:seconds')) return one(2_592_000)
    if (expression.includes('slo:tier_factor:ratio')) return one(14.4)
    if (expression.includes('slo:leg_window:seconds')) return one(3600)
    if (expression.includes('slo:latency_threshold')) return one(2000)
    if (expression.includes('techmart_calls_total'))
      return one(expression.includes('STATUS_CODE_ERROR') ? this.bad : this.total)
    return []
  }
}
