// The measuring itself, against a running lab of the stack tests' kind.
import assert from 'node:assert/strict'
import { cpus } from 'node:os'
import { test } from 'node:test'
import { totalSince } from '../../scripts/test/stack/counted.ts'
import { eventually, stopService, urls } from '../../scripts/test/stack/lab.ts'
import { type Answered, checkOut, shopFor } from './shop-for.ts'

const rounds = Number(process.env.ROUNDS || 3)
const seconds = Number(process.env.SECONDS || 30)
const wantedRatio = 1.2
const wantedMs = 300
/** Each phase begins with this, not measured: connections and caches are warm in both. */
const warmUpSeconds = 5

const isAway = ({ status, message }: Answered) => status === 503 && message.startsWith('Payments cannot be taken')
const isSold = ({ status }: Answered) => status === 201

const quantile = (answers: readonly Answered[], q: number): number => {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN
}

const show = (answers: readonly Answered[]): string =>
  `${answers.length} answers, p50 ${quantile(answers, 0.5).toFixed(0)} ms, p99 ${quantile(answers, 0.99).toFixed(0)} ms, longest ${quantile(answers, 1).toFixed(0)} ms`

/** Seconds until a checkout is answered as wanted. */
async function secondsUntil(isWanted: (answer: Answered) => boolean): Promise<number> {
  const begunAt = performance.now()
  await eventually(async () => assert.ok(isWanted(await checkOut(urls.store))), { withinMs: 120_000, everyMs: 200 })
  return (performance.now() - begunAt) / 1000
}

const shop = (forSeconds: number) => shopFor(urls.store, forSeconds)

test('browsing does not notice that payments is stopped, and checkout says no at once', async t => {
  const tell = (line: string): void => console.log(line)
  await stopService(t, 'k6')
  const since = Date.now()
  const up = { pages: [] as Answered[], checkouts: [] as Answered[] }
  const down = { pages: [] as Answered[], checkouts: [] as Answered[] }
  let beforeTheCircuit = 0
  for (let round = 1; round <= rounds; round += 1) {
    const soldAfter = await secondsUntil(isSold)
    if (round > 1) tell(`  sold again ${soldAfter.toFixed(1)} s after payments was healthy`)
    await shop(warmUpSeconds)
    const running = await shop(seconds)
    up.pages.push(...running.pages)
    up.checkouts.push(...running.checkouts)
    tell(`round ${round}, payments runs:    pages ${show(running.pages)}`)

    const start = await stopService(t, 'payments')
    const [opening, openAfter] = await Promise.all([shop(warmUpSeconds), secondsUntil(isAway)])
    beforeTheCircuit += opening.checkouts.filter(answer => !isAway(answer)).length
    tell(`  the circuit was open ${openAfter.toFixed(1)} s after payments had stopped`)
    const stopped = await shop(seconds)
    down.pages.push(...stopped.pages)
    down.checkouts.push(...stopped.checkouts)
    tell(`round ${round}, payments stopped: pages ${show(stopped.pages)}; checkouts ${show(stopped.checkouts)}`)
    await start()
  }
  await secondsUntil(isSold)

  const pagesFailed = [...up.pages, ...down.pages].filter(({ status }) => status !== 200).length
  const plain = down.checkouts.filter(isAway).length
  const failed = 'techmart_calls_total{span_name="cuj.checkout", status_code="STATUS_CODE_ERROR"}'
  const counted = await eventually(
    async () => {
      const total = await totalSince(failed, since)
      assert.ok(total >= plain, `${total} failed checkouts counted, of ${plain} that were refused`)
      return total
    },
    // A flush, a push and a scrape.
    { withinMs: 60_000, everyMs: 2_000 },
  )
  const ratio = quantile(down.pages, 0.99) / quantile(up.pages, 0.99)
  const refusedMs = quantile(down.checkouts, 0.99)
  tell(`machine: ${cpus().length} × ${cpus()[0]?.model.trim()}; ${new Date().toISOString()}`)
  tell(`pages, payments runs:     ${show(up.pages)}`)
  tell(`pages, payments stopped:  ${show(down.pages)}`)
  tell(`  p99 is ${ratio.toFixed(2)} times its baseline (wanted: at most ${wantedRatio}); ${pagesFailed} pages failed`)
  tell(`checkouts, payments runs: ${show(up.checkouts)}`)
  tell(`checkouts, circuit open:  ${show(down.checkouts)} (wanted: p99 below ${wantedMs} ms)`)
  tell(`  ${plain} of them were told plainly; ${beforeTheCircuit} came before the circuits opened and were not`)
  tell(`failed checkouts as the SLO counts them: ${counted}`)

  assert.equal(pagesFailed, 0)
  assert.equal(plain, down.checkouts.length)
  assert.ok(ratio <= wantedRatio, `${ratio}`)
  assert.ok(refusedMs < wantedMs, `${refusedMs} ms`)
})
