// The replicas behind one name: whom DNS knows, in turn, and who is kept out for a moment because he refused. Each has its own
// connections, so that a request goes to the one that was chosen.
import { lookup as lookupName } from 'node:dns/promises'
import { Agent } from 'node:http'
import { isIP, type LookupFunction } from 'node:net'
import { delay } from '@techmart/platform/wait'

export interface Replica {
  readonly address: string
  readonly agent: Agent
}

export interface Replicas extends Disposable {
  /** All that are known, the one whose turn it is first, those kept out last, the latest of them at the end. Throws what DNS says when there is none. */
  inTurn(): Promise<readonly Replica[]>
  /** It refused: others go first for a moment. */
  keepOut(replica: Replica): void
  /** It says that it is about to stop: others go first until it is gone. */
  letGo(replica: Replica): void
}

export type Lookup = (hostname: string) => Promise<readonly string[]>

/** Compose's DNS knows a new replica, and forgets a stopped one, at once; asked for each request it would cost one look more. */
const namesAreGoodForMs = 1_000
/** DNS that is slow keeps nobody waiting who has replicas to ask. */
const lookupPatienceMs = 200
const keptOutMs = 1_000
/** Longer than a replica that stops goes on listening. */
const letGoMs = 5_000

/**
 * A service that stops says `connection: close` for a second before it closes what is still open. A connection that was idle
 * all that time is given up here before, so that no request is ever sent on one that is just being closed.
 */
const idleMs = 700

export function openReplicas(hostname: string, lookup: Lookup = lookupAll): Replicas {
  const known = new Map<string, Replica & { outUntil: number }>()
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | undefined
  let turn = 0

  async function ask(): Promise<void> {
    try {
      const addresses = new Set(await lookup(hostname))
      // Forgotten and not destroyed: a replica that is stopping still answers what it was asked.
      for (const address of known.keys()) if (!addresses.has(address)) known.delete(address)
      for (const address of addresses) {
        if (!known.has(address)) known.set(address, { address, agent: openAgent(address), outUntil: 0 })
      }
      askedAt = performance.now()
    } catch (error) {
      // DNS that fails does not say that a replica is gone; one that has just refused has said so itself.
      for (const { address, outUntil } of known.values()) if (outUntil > performance.now()) known.delete(address)
      if (known.size === 0) throw error
    }
  }

  async function refresh(): Promise<void> {
    if (performance.now() - askedAt < namesAreGoodForMs) return
    asking ??= ask().finally(() => {
      asking = undefined
    })
    if (known.size === 0) return asking
    // Who is only late is heard next time.
    await Promise.race([asking.catch(() => {}), delay(lookupPatienceMs)])
  }

  function leaveOut({ address }: Replica, ms: number): void {
    const one = known.get(address)
    if (one) one.outUntil = Math.max(one.outUntil, performance.now() + ms)
  }

  return {
    async inTurn() {
      await refresh()
      const now = performance.now()
      const all = [...known.values()]
      const first = all.length === 0 ? 0 : turn++ % all.length
      const rotated = [...all.slice(first), ...all.slice(0, first)]
      const out = rotated.filter(one => one.outUntil > now).sort((a, b) => a.outUntil - b.outUntil)
      return [...rotated.filter(one => one.outUntil <= now), ...out]
    },
    keepOut: replica => leaveOut(replica, keptOutMs),
    letGo: replica => leaveOut(replica, letGoMs),
    [Symbol.dispose]: () => {
      for (const { agent } of known.values()) agent.destroy()
    },
  }
}

function openAgent(address: string): Agent {
  const toAddress: LookupFunction = (_hostname, options, done) =>
    options.all ? done(null, [{ address, family: isIP(address) }]) : done(null, address, isIP(address))
  // Without a timeout of its own the agent does not heed what a server says of keeping alive.
  return new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 64, timeout: idleMs, lookup: toAddress })
}

async function lookupAll(hostname: string): Promise<readonly string[]> {
  return (await lookupName(hostname, { all: true })).map(({ address }) => address)
}
