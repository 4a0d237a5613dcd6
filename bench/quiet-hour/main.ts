// MINUTES (60) of a running lab that nobody disturbs: what was sold, what failed, what was said about it. It starts and stops
// nothing, and ends with 0 when what is promised of such an hour held. Ctrl-C ends it early, with what there is.
import { makePrometheusApi } from '../../scripts/chaos/prometheus-api.ts'
import { makeLabApi } from '../../scripts/lib/lab-api.ts'
import { judge, toReport } from './report.ts'
import { watchLab } from './watch.ts'

const { env } = process
const minutes = Number(env.MINUTES || 60)
if (!(minutes > 0 && minutes <= 10_080)) {
  console.error(`MINUTES is '${env.MINUTES}'; it must be a number above 0, at most a week's 10080.`)
  process.exit(2)
}
const storeUrl = env.STORE_URL || `http://localhost:${env.STORE_PORT || 8080}`
const prometheusUrl = env.PROMETHEUS_URL || `http://localhost:${env.PROMETHEUS_PORT || 9090}`

const stop = new AbortController()
process.once('SIGINT', () => stop.abort())
const watched = await watchLab(
  { prometheus: makePrometheusApi(prometheusUrl), lab: makeLabApi(storeUrl) },
  {
    seconds: minutes * 60,
    signal: stop.signal,
    onMinute: minute => {
      if (minute % 10 === 0) console.log(`${minute} of ${minutes} minutes`)
    },
  },
)
for (const line of toReport(watched)) console.log(line)
process.exitCode = judge(watched).every(({ holds }) => holds) ? 0 : 1
