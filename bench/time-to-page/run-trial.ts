// One trial on a lab of its own: a warm hour, a total checkout failure, the page here and at stock intervals, healed, resolved.
import { setTimeout as sleep } from 'node:timers/promises'
import { findTrouble as findContainerTrouble } from '../../scripts/chaos/containers.ts'
import { makePrometheusApi, type PrometheusApi } from '../../scripts/chaos/prometheus-api.ts'
import { defineScenario, isPromised, pageOf } from '../../scripts/chaos/scenario.ts'
import { readObjective } from '../../scripts/chaos/sli.ts'
import { findTrouble } from '../../scripts/chaos/steady-state.ts'
import { type LabApi, makeLabApi } from '../../scripts/lib/lab-api.ts'
import { series, spans } from '../../scripts/slo/names.ts'
import { openLabStack } from './lab-stack.ts'
import { openStockAlerting, type StockAlerting } from './stock-alerting.ts'
import type { Trial } from './table.ts'

export interface TrialOptions {
  readonly project: string
  readonly tell: (line: string) => void
  readonly stop: AbortSignal
  /** How long the shoppers shop before anything is broken. */
  readonly settleSeconds: number
  /** Also waits until the stock Alertmanager says "resolved": some five minutes more. */
  readonly waitStockResolved: boolean
  /** Goes on after an hour that is not warm; the page then comes sooner than it would. */
  readonly allowCold: boolean
}

export interface TrialResult extends Trial {
  readonly floorSeconds: number
}

const page = pageOf('checkout', 'availability', 1)
const sli = { journey: 'checkout', slo: 'availability' } as const

/** Each checkout that reaches api fails, inside its journey: nothing is left that could succeed. */
const totalFailure = defineScenario({
  name: 'time-to-page',
  title: 'Every checkout fails',
  story: '',
  faults: [{ service: 'api', point: 'http-server', target: 'POST /api/orders', kind: 'error', ratio: 1 }],
  sli,
  mustFire: [page],
  dashboards: [],
  cause: '',
  howToFind: [],
})
const faultSeconds = 900

/** An hour with fewer checkouts than this share of what the present pace would make is not warm: it would page early. */
const warmShare = 0.8
const [steadyLimitSeconds, pageLimitSeconds, resolveLimitSeconds, stockResolveLimitSeconds] = [240, 420, 480, 1200]

async function until(done: () => Promise<boolean>, limitSeconds: number, stop: AbortSignal): Promise<boolean> {
  for (const end = Date.now() + limitSeconds * 1000; ; ) {
    stop.throwIfAborted()
    // A busy Prometheus answers the next time.
    if (await done().catch(() => false)) return true
    if (Date.now() > end) return false
    await sleep(250, undefined, { signal: stop })
  }
}

async function waitForSteadyState(lab: LabApi, prometheus: PrometheusApi, stop: AbortSignal): Promise<void> {
  let trouble: readonly string[] = []
  const isSteady = await until(
    async () => {
      trouble = await findTrouble({ lab, prometheus, containers: { findTrouble: findContainerTrouble } }, totalFailure)
      return trouble.length === 0
    },
    steadyLimitSeconds,
    stop,
  )
  if (!isSteady) throw new Error(`The lab is not in its steady state: ${trouble.join(' ')}`)
}

const readOne = async (prometheus: PrometheusApi, expression: string): Promise<number> =>
  (await prometheus.query(expression))[0]?.value ?? 0

async function readWarmth(prometheus: PrometheusApi): Promise<{ hourTotal: number; warmth: number; hourBad: number }> {
  const own = '{cuj_name="checkout", slo="availability"}'
  const [hourTotal, hourBad, perSecond] = await Promise.all([
    readOne(prometheus, `${series.total('1h')}${own}`),
    readOne(prometheus, `${series.bad('1h')}${own}`),
    readOne(prometheus, `sum(rate(${spans.all.replace('{', '{cuj_name="checkout", ')}[1m]))`),
  ])
  return { hourTotal, hourBad, warmth: perSecond > 0 ? hourTotal / (perSecond * 3600) : 0 }
}

/** When the page became true, as the Prometheus that judged it says. */
async function findFiring(prometheus: PrometheusApi): Promise<number | undefined> {
  const alerts = await prometheus.listAlerts()
  return alerts.find(({ labels, state }) => state === 'firing' && isPromised(page, labels))?.activeAtMs
}

/** Keeps what a question found first; asks no more then. */
function firstOf(ask: () => Promise<number | undefined>): { atMs: number | undefined; look: () => Promise<boolean> } {
  const found = {
    atMs: undefined as number | undefined,
    look: async () => {
      found.atMs ??= await ask()
      return found.atMs !== undefined
    },
  }
  return found
}

export async function runTrial(options: TrialOptions): Promise<TrialResult> {
  const { project, tell, stop, settleSeconds } = options
  await using opened = new AsyncDisposableStack()
  const stack = await openLabStack(opened, project, stop)
  tell(`  the lab is healthy: ${stack.prometheusUrl}`)
  stop.throwIfAborted()
  const lab = makeLabApi(stack.storeUrl)
  const prometheus = makePrometheusApi(stack.prometheusUrl)
  const stock = await openStockAlerting(opened, stack, project)
  await waitForSteadyState(lab, prometheus, stop)
  tell(`  steady; ${settleSeconds} s of traffic`)
  await sleep(settleSeconds * 1000, undefined, { signal: stop })
  await waitForSteadyState(lab, prometheus, stop)

  const objective = await readObjective(prometheus, sli)
  if (!objective) throw new Error('Prometheus has no objective of checkout.')
  const { hourTotal, hourBad, warmth } = await readWarmth(prometheus)
  tell(
    `  the hour before: ${Math.round(hourTotal)} checkouts, ${Math.round(hourBad)} bad; ${percent(warmth)} of this pace`,
  )
  if (warmth < warmShare && !options.allowCold)
    throw new Error(
      `The hour is not warm (${percent(warmth)} of an hour at this pace). Is HISTORY on? COLD=1 goes on all the same.`,
    )
  const times = await breakAndMeasure(options, { lab, prometheus, stock })
  return {
    hourTotal,
    warmth,
    floorSeconds: objective.pageWindowSeconds * objective.pageFactor * objective.budgetRatio,
    ...times,
  }
}

const percent = (ratio: number): string => `${Math.round(ratio * 100)} %`

interface Parts {
  readonly lab: LabApi
  readonly prometheus: PrometheusApi
  readonly stock: StockAlerting
}

type Times = Omit<Trial, 'hourTotal' | 'warmth'>

async function breakAndMeasure(options: TrialOptions, { lab, prometheus, stock }: Parts): Promise<Times> {
  const { tell, stop } = options
  const stockPrometheus = makePrometheusApi(stock.prometheusUrl)
  const lastEntry = (await lab.listInbox({ limit: 1 })).at(-1)?.id ?? 0
  const inInbox = (status: 'firing' | 'resolved') =>
    firstOf(async () => {
      const entries = await lab.listInbox({ after: lastEntry, limit: 1000 })
      const entry = entries.find(one => one.status === status && isPromised(page, one.labels))
      return entry && Date.parse(entry.receivedAt)
    })
  const fromStock = (status: 'firing' | 'resolved') =>
    firstOf(async () => stock.deliveries.find(one => one.status === status && isPromised(page, one.labels))?.atMs)
  const [firing, inbox] = [firstOf(() => findFiring(prometheus)), inInbox('firing')]
  const [stockFiring, stockInbox] = [firstOf(() => findFiring(stockPrometheus)), fromStock('firing')]

  const brokenMs = Date.now()
  for (const fault of totalFailure.faults) {
    const { name, title } = totalFailure
    await lab.startFault({ ...fault, scenario: name, durationSeconds: faultSeconds, reason: `bench: ${title}` })
  }
  const all = async (looks: readonly { look: () => Promise<boolean> }[]): Promise<boolean> =>
    (await Promise.allSettled(looks.map(({ look }) => look()))).every(
      result => result.status === 'fulfilled' && result.value,
    )
  await until(() => all([firing, inbox, stockFiring, stockInbox]), pageLimitSeconds, stop)
  const since = (fromMs: number, atMs: number | undefined) => (atMs === undefined ? undefined : (atMs - fromMs) / 1000)
  tell(
    `  firing ${since(brokenMs, firing.atMs)} s, inbox ${since(brokenMs, inbox.atMs)} s; ` +
      `stock: firing ${since(brokenMs, stockFiring.atMs)} s, delivered ${since(brokenMs, stockInbox.atMs)} s`,
  )

  await lab.stopAllFaults()
  const healedMs = Date.now()
  const [resolved, stockResolved] = [inInbox('resolved'), fromStock('resolved')]
  await until(() => all([resolved]), resolveLimitSeconds, stop)
  tell(`  healed, resolved after ${since(healedMs, resolved.atMs)} s`)
  if (options.waitStockResolved) {
    await until(() => all([stockResolved]), stockResolveLimitSeconds, stop)
    tell(`  stock: resolved ${since(healedMs, stockResolved.atMs)} s after healing`)
  }
  return {
    firing: since(brokenMs, firing.atMs),
    inbox: since(brokenMs, inbox.atMs),
    stockFiring: since(brokenMs, stockFiring.atMs),
    stockInbox: since(brokenMs, stockInbox.atMs),
    resolved: since(healedMs, resolved.atMs),
    stockResolved: since(healedMs, stockResolved.atMs),
  }
}
