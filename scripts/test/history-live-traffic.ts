// What the collector sends of a lab that has just started: journeys at an even pace, none failing, as cumulative OTLP metrics
// every five seconds. The first flush of a new count says 0, as the collector's does.
import { durationBucketsMs } from '../slo/names.ts'

export const flushSeconds = 5

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } })
const nanoseconds = (time: number) => String(BigInt(Math.round(time * 1_000)) * 1_000_000n)

/** `paces`: events a second by journey; `seconds` since the first event. All of them last 40 ms. */
export function toOtlp(paces: ReadonlyMap<string, number>, startedAt: number, seconds: number): unknown {
  const [startTimeUnixNano, timeUnixNano] = [nanoseconds(startedAt), nanoseconds(startedAt + seconds)]
  const points = [...paces].map(([name, perSecond]) => ({
    count: Math.floor(perSecond * seconds),
    shared: {
      startTimeUnixNano,
      timeUnixNano,
      attributes: [
        attribute('span.name', `cuj.${name}`),
        attribute('span.kind', 'SPAN_KIND_INTERNAL'),
        attribute('status.code', 'STATUS_CODE_OK'),
        attribute('cuj.name', name),
      ],
    },
  }))
  const at40Ms = durationBucketsMs.findIndex(bound => bound >= 40)
  const metrics = [
    {
      name: 'techmart.calls',
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: points.map(({ shared, count }) => ({ ...shared, asInt: String(count) })),
      },
    },
    {
      name: 'techmart.duration',
      unit: 'ms',
      histogram: {
        aggregationTemporality: 2,
        dataPoints: points.map(({ shared, count }) => ({
          ...shared,
          count: String(count),
          sum: count * 40,
          explicitBounds: durationBucketsMs,
          bucketCounts: Array.from({ length: durationBucketsMs.length + 1 }, (_unused, at) =>
            at === at40Ms ? String(count) : '0',
          ),
        })),
      },
    },
  ]
  return {
    resourceMetrics: [{ resource: { attributes: [attribute('service.name', 'api')] }, scopeMetrics: [{ metrics }] }],
  }
}

export async function push(url: string, body: unknown): Promise<void> {
  const answer = await fetch(`${url}/api/v1/otlp/v1/metrics`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`Prometheus answered ${answer.status}: ${await answer.text()}`)
}
