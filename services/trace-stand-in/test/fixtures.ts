// One small checkout trace: as the collector sends it (OTLP JSON), and as Tempo 3.0.3 answers it. The shapes are those shown in
// grafana/tempo's docs/sources/tempo/api_docs/pushing-spans-with-http.md and written by pkg/tempopb/trace_utils.go.

export const traceId = '5b8efff798038103d269b633813fc700'

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })

export const collectorExport = {
  resourceSpans: [
    {
      resource: { attributes: [text('service.name', 'gateway')] },
      scopeSpans: [
        {
          scope: { name: '@opentelemetry/instrumentation-http', version: '0.300.0' },
          spans: [
            {
              traceId,
              spanId: 'eee19b7ec3c1b100',
              parentSpanId: '',
              name: 'POST /api/orders',
              kind: 2,
              startTimeUnixNano: '1689969302000000000',
              endTimeUnixNano: '1689969302120000000',
              attributes: [
                text('cuj.name', 'checkout'),
                { key: 'http.response.status_code', value: { intValue: '201' } },
              ],
              status: {},
            },
          ],
        },
      ],
    },
    {
      resource: { attributes: [text('service.name', 'api')] },
      scopeSpans: [
        {
          scope: { name: 'techmart' },
          spans: [
            {
              traceId,
              spanId: 'eee19b7ec3c1b101',
              parentSpanId: 'eee19b7ec3c1b100',
              name: 'cuj.checkout',
              kind: 1,
              startTimeUnixNano: '1689969302010000000',
              endTimeUnixNano: '1689969302110000000',
              attributes: [text('cuj.name', 'checkout'), { key: 'cuj.critical', value: { boolValue: true } }],
              events: [
                {
                  timeUnixNano: '1689969302100000000',
                  name: 'exception',
                  attributes: [text('exception.type', 'UpstreamError')],
                },
              ],
              status: { code: 2, message: 'payments did not answer' },
            },
          ],
        },
      ],
    },
  ],
}

const traceIdBase64 = 'W47/95gDgQPSabYzgT/HAA=='

const resourceSpans = [
  {
    resource: { attributes: [text('service.name', 'gateway')] },
    scopeSpans: [
      {
        scope: { name: '@opentelemetry/instrumentation-http', version: '0.300.0' },
        spans: [
          {
            traceId: traceIdBase64,
            spanId: '7uGbfsPBsQA=',
            name: 'POST /api/orders',
            kind: 'SPAN_KIND_SERVER',
            startTimeUnixNano: '1689969302000000000',
            endTimeUnixNano: '1689969302120000000',
            attributes: [
              text('cuj.name', 'checkout'),
              { key: 'http.response.status_code', value: { intValue: '201' } },
            ],
            status: {},
          },
        ],
      },
    ],
  },
  {
    resource: { attributes: [text('service.name', 'api')] },
    scopeSpans: [
      {
        scope: { name: 'techmart' },
        spans: [
          {
            traceId: traceIdBase64,
            spanId: '7uGbfsPBsQE=',
            parentSpanId: '7uGbfsPBsQA=',
            name: 'cuj.checkout',
            kind: 'SPAN_KIND_INTERNAL',
            startTimeUnixNano: '1689969302010000000',
            endTimeUnixNano: '1689969302110000000',
            attributes: [text('cuj.name', 'checkout'), { key: 'cuj.critical', value: { boolValue: true } }],
            events: [
              {
                timeUnixNano: '1689969302100000000',
                name: 'exception',
                attributes: [text('exception.type', 'UpstreamError')],
              },
            ],
            status: { message: 'payments did not answer', code: 'STATUS_CODE_ERROR' },
          },
        ],
      },
    ],
  },
]

/** GET /api/traces/<id> */
export const tempoTrace = { batches: resourceSpans }
/** The `trace` of GET /api/v2/traces/<id> */
export const tempoTraceV2 = { resourceSpans }

const spanSet = {
  spans: [
    {
      spanID: 'eee19b7ec3c1b101',
      name: 'cuj.checkout',
      startTimeUnixNano: '1689969302010000000',
      durationNanos: '100000000',
      attributes: [text('service.name', 'api'), text('cuj.name', 'checkout')],
    },
  ],
  matched: 1,
}

/** A trace of GET /api/search?q={ resource.service.name = "api" && span.cuj.name = "checkout" && name = "cuj.checkout" } */
export const tempoFound = {
  traceID: traceId,
  rootServiceName: 'gateway',
  rootTraceName: 'POST /api/orders',
  startTimeUnixNano: '1689969302000000000',
  durationMs: 120,
  spanSet,
  spanSets: [spanSet],
  serviceStats: { gateway: { spanCount: 1 }, api: { spanCount: 1, errorCount: 1 } },
}
