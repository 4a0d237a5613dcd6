// `make smoke`: calls every route of the running lab, says how each answered, and ends with 0 when all were right.
import { calls } from './calls.ts'
import { smokeRoutes } from './routes.ts'
import { runSmoke, toLine } from './run-smoke.ts'

const storeUrl = (process.env.STORE_URL || `http://localhost:${process.env.STORE_PORT || 8080}`).replace(/\/+$/, '')
const startedAt = performance.now()
const { right, wrong, leftOut } = await runSmoke({
  storeUrl,
  routes: smokeRoutes,
  calls,
  onOutcome: outcome => console.log(toLine(outcome)),
})
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
console.log(
  `\n${right + wrong + leftOut} routes of ${storeUrl}: ${right} right, ${wrong} wrong, ${leftOut} left out, in ${seconds} s.`,
)
process.exitCode = wrong === 0 && right > 0 ? 0 : 1
