// One replica at a time: a new one beside the old ones, until it is ready and has shown that it does no worse; then an old one goes.
// What goes wrong leaves the lab as it was: the old image, the old number.
import { setTimeout as after } from 'node:timers/promises'
import type { Answers, ErrorLook } from './error-look.ts'
import type { Container, Replicas } from './replicas.ts'
import type { Step } from './steps.ts'

export interface RollParts {
  readonly replicas: Replicas
  readonly errors: ErrorLook
  readonly tell: (step: Step) => void
  /** Seconds; any start. */
  readonly now: () => number
  readonly everySeconds: number
  /** Somebody does not want it any more: it is rolled back. */
  readonly interrupted: AbortSignal
}

export interface RollSettings {
  readonly service: string
  /** Why it cannot run twice; absent where it can. */
  readonly alone?: string | undefined
  readonly readyWithinSeconds: number
  /** 0: do not look. */
  readonly watchSeconds: number
}

/** Burn from which on a page would follow (SRE Workbook, chapter 5); fewer failures than these are chance. */
const worstBurn = 14.4
const fewestFailures = 5

/** Whether the service runs the new image now; false when it was rolled back. Rejects when it could not begin. */
export async function roll(parts: RollParts, settings: RollSettings): Promise<boolean> {
  const { replicas, tell } = parts
  const old = await replicas.list()
  const oldImage = old[0]?.imageId
  if (oldImage === undefined) throw new Error(`${settings.service} is not running. \`make up\` starts it.`)
  const budget = settings.watchSeconds > 0 ? await parts.errors.budgetRatio() : 1
  const sameImage = (await replicas.currentImage()) === oldImage
  const previous = await replicas.keepAsPrevious(oldImage)
  tell({ step: 'begun', service: settings.service, replicas: old.length, sameImage, previous })
  const rolled = settings.alone
    ? await replaceInPlace(parts, settings, budget, oldImage)
    : await replaceInTurn(parts, settings, budget, old).catch(async error => {
        await rollBack(parts, settings, old)
        tell({ step: 'rolled-back', replicas: old.length })
        throw error
      })
  tell(rolled ? { step: 'done', replicas: old.length, previous } : { step: 'rolled-back', replicas: old.length })
  return rolled
}

async function replaceInTurn(parts: RollParts, settings: RollSettings, budget: number, old: readonly Container[]) {
  const { replicas, tell } = parts
  const leaving = [...old]
  while (leaving.length > 0) {
    const fresh = await startOne(parts, old.length + 1)
    const trouble = await judge(parts, settings, budget, fresh, leaving)
    if (trouble !== undefined) {
      tell({ step: 'trouble', container: fresh.name, trouble, lastLines: await replicas.lastLines(fresh) })
      await rollBack(parts, settings, old)
      return false
    }
    const gone = leaving.shift() as Container
    tell({ step: 'stopped', container: gone.name, ...(await replicas.stop(gone)) })
  }
  return true
}

async function replaceInPlace(parts: RollParts, settings: RollSettings, budget: number, oldImage: string) {
  const { replicas, tell } = parts
  tell({ step: 'in-place', service: settings.service, reason: settings.alone ?? '' })
  const replace = async (): Promise<Container> => {
    await replicas.recreate()
    const fresh = await newest(parts)
    tell({ step: 'started', container: fresh.name })
    return fresh
  }
  const fresh = await replace()
  const trouble = await judge(parts, settings, budget, fresh, [])
  if (trouble === undefined) return true
  tell({ step: 'trouble', container: fresh.name, trouble, lastLines: await replicas.lastLines(fresh) })
  await replicas.useImage(oldImage)
  const again = await replace()
  await becomesReady(parts, settings, again)
  return false
}

/** The old image again, as many as there were; first the ones that are needed, then away with the new ones. */
async function rollBack(parts: RollParts, settings: RollSettings, old: readonly Container[]): Promise<void> {
  const { replicas, tell } = parts
  const oldImage = old[0]?.imageId ?? ''
  await replicas.useImage(oldImage)
  const knownGood = new Set(old.map(({ id }) => id))
  for (;;) {
    const running = await replicas.list()
    const good = running.filter(({ id }) => knownGood.has(id))
    if (good.length >= old.length) break
    const again = await startOne(parts, running.length + 1)
    await becomesReady(parts, settings, again)
    knownGood.add(again.id)
  }
  for (const fresh of await replicas.list()) {
    if (!knownGood.has(fresh.id)) tell({ step: 'stopped', container: fresh.name, ...(await replicas.stop(fresh)) })
  }
}

async function startOne({ replicas, tell }: RollParts, count: number): Promise<Container> {
  const before = new Set((await replicas.list()).map(({ id }) => id))
  await replicas.startUpTo(count)
  const fresh = (await replicas.list()).find(({ id }) => !before.has(id))
  if (!fresh) throw new Error('Compose started no further replica, or it ended at once.')
  tell({ step: 'started', container: fresh.name })
  return fresh
}

async function newest({ replicas }: RollParts): Promise<Container> {
  const fresh = (await replicas.list()).at(-1)
  if (!fresh) throw new Error('Compose started no replica, or it ended at once.')
  return fresh
}

/** What speaks against the new replica; undefined when nothing does. */
async function judge(
  parts: RollParts,
  settings: RollSettings,
  budget: number,
  fresh: Container,
  others: readonly Container[],
): Promise<string | undefined> {
  const othersBefore = settings.watchSeconds > 0 ? await read(parts, others) : none
  return (
    (await becomesReady(parts, settings, fresh, parts.interrupted)) ??
    (await doesNoWorse(parts, settings, budget, fresh, others, othersBefore))
  )
}

async function becomesReady(
  parts: RollParts,
  settings: RollSettings,
  fresh: Container,
  isInterrupted: AbortSignal = new AbortController().signal,
): Promise<string | undefined> {
  const { now, tell } = parts
  const startedAt = now()
  for (;;) {
    const { running, health, restarts } = await parts.replicas.state(fresh)
    if (!running || restarts > 0) return 'it ended instead of getting ready'
    if (isInterrupted.aborted) return 'interrupted'
    if (health === 'healthy') {
      tell({ step: 'ready', container: fresh.name, afterSeconds: now() - startedAt })
      return undefined
    }
    if (now() - startedAt > settings.readyWithinSeconds) return `not ready within ${settings.readyWithinSeconds} s`
    await after(parts.everySeconds * 500)
  }
}

const none: Answers = { total: 0, failed: 0 }
const read = (parts: RollParts, containers: readonly Container[]): Promise<Answers> =>
  containers.length === 0 ? Promise.resolve(none) : parts.errors.read(containers.map(({ address }) => address))
const ratioOf = ({ total, failed }: Answers): number => (total === 0 ? 0 : failed / total)

async function doesNoWorse(
  parts: RollParts,
  { watchSeconds }: RollSettings,
  budget: number,
  fresh: Container,
  others: readonly Container[],
  othersBefore: Answers,
): Promise<string | undefined> {
  if (watchSeconds === 0) return undefined
  const until = parts.now() + watchSeconds
  for (;;) {
    const { running, health, restarts } = await parts.replicas.state(fresh)
    if (!running || restarts > 0) return 'it ended while it was looked at'
    if (health === 'unhealthy') return 'it is no longer ready'
    if (parts.interrupted.aborted) return 'interrupted'
    const answers = await read(parts, [fresh])
    const beside = await read(parts, others)
    const theirs = ratioOf({ total: beside.total - othersBefore.total, failed: beside.failed - othersBefore.failed })
    const burn = ratioOf(answers) / budget
    // A dependency that is down makes them all fail: that is no reason to keep a repair out.
    if (answers.failed >= fewestFailures && burn > worstBurn && ratioOf(answers) > 2 * theirs) {
      const ratio = (100 * ratioOf(answers)).toFixed(1)
      return `${answers.failed} of ${answers.total} failed (${ratio} %, beside ${(100 * theirs).toFixed(1)} % of the old ones)`
    }
    if (parts.now() >= until) {
      parts.tell({ step: 'looked', container: fresh.name, forSeconds: watchSeconds, answers, burn })
      return undefined
    }
    await after(parts.everySeconds * 1_000)
  }
}
