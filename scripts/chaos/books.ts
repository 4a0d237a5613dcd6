// Whether the books balance: every confirmed order is charged once, nobody is charged for an order that was given up, and no
// stock is below nothing. Asked of the databases themselves, through Docker; where Docker does not answer it is left out.
import { setTimeout as sleep } from 'node:timers/promises'
import { compose, docker } from '../lib/docker.ts'

async function ask(database: string, sql: string): Promise<string[]> {
  const words = await compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', database, '-tAc', sql)
  return words.split('\n').filter(Boolean)
}

/** Those of the last hour whose checkout is over. */
const recentOrders = (state: string) =>
  `SELECT id FROM orders WHERE state = '${state}' AND created_at BETWEEN now() - interval '1 hour' AND now() - interval '10 seconds' AND NOT is_sample`

async function findImbalance(): Promise<string[]> {
  const confirmed = await ask('api', recentOrders('confirmed'))
  const cancelled = await ask('api', recentOrders('cancelled'))
  const charged = new Set(await ask('payments', "SELECT order_id FROM charges WHERE state = 'charged'"))
  // What is on its way back pays for nothing, and is not back yet.
  const refunding = new Set(
    await ask('payments', "SELECT order_id FROM charges WHERE state = 'charged' AND refund_asked_at IS NOT NULL"),
  )
  const short = await ask('inventory', 'SELECT product_id FROM stock WHERE available < 0 OR held < 0')
  const unpaid = confirmed.filter(id => !charged.has(id) || refunding.has(id))
  const paidForNothing = cancelled.filter(id => charged.has(id))
  const some = (ids: readonly string[], words: string) =>
    ids.length > 0 ? [`${ids.length} ${words}, such as ${ids[0]}.`] : []
  return [
    ...some(unpaid, 'confirmed orders are not charged'),
    ...some(paidForNothing, 'cancelled orders are still charged'),
    ...some(short, 'products have less than nothing in stock'),
  ]
}

/** Recovery looks after half-done orders within a minute or two. */
const tries = 12
const betweenMs = 10_000

/** What is wrong with the books though recovery had its time, in sentences. */
export async function checkBooks(): Promise<string[]> {
  const project = process.env.COMPOSE_PROJECT_NAME || 'techmart'
  const filters = [`project=${project}`, 'service=postgres'].flatMap(it => [
    '--filter',
    `label=com.docker.compose.${it}`,
  ])
  const isHere = await docker('ps', '--quiet', ...filters).then(
    ids => ids !== '',
    () => false,
  )
  if (!isHere) return []
  let wrong: string[] = []
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    wrong = await findImbalance()
    if (wrong.length === 0) return []
    await sleep(betweenMs)
  }
  return wrong
}
