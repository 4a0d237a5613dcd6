import { fileURLToPath } from 'node:url'
import { readEnv, serviceEnv } from '@techmart/platform/env'
import Type, { type Static } from 'typebox'

const Url = (description: string, defaultUrl?: string) =>
  Type.String({ pattern: '^https?://', description, ...(defaultUrl === undefined ? {} : { default: defaultUrl }) })

const GatewayConfig = Type.Object({
  ...serviceEnv,
  PORT: Type.Integer({ ...serviceEnv.PORT, default: 8080 }),
  API_URL: Url('Where routes of the service api are passed to.'),
  USERS_URL: Url('Where routes of the service users are passed to.'),
  INVENTORY_URL: Url('Where routes of the service inventory are passed to.'),
  UPSTREAM_TIMEOUT_MS: Type.Integer({
    minimum: 50,
    maximum: 120_000,
    default: 10_000,
    // api gives up after 8 s by itself: a journey it can still count must not be counted here.
    description: "How long an upstream may be silent; longer than api's own limit.",
  }),
  BODY_LIMIT_BYTES: Type.Integer({
    minimum: 1_024,
    maximum: 104_857_600,
    default: 1_048_576,
    description: 'Largest body passed on, where the route does not say otherwise.',
  }),
  RATE_LIMIT_PER_MINUTE: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 300,
    description:
      'Requests under /api that one client may make a minute, and all sessions of one address ten times; the test token is free of it.',
  }),
  EVENTS_PER_MINUTE: Type.Integer({
    minimum: 1,
    maximum: 1_000_000,
    default: 120,
    description: 'Requests to POST /api/events that one client may make a minute, beside the others.',
  }),
  SUSPICIOUS_PER_MINUTE: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 10,
    description:
      'Refusals of one kind (401, 402, 403, 404) a minute from which on a client is suspicious; ten times that, all sessions of one address.',
  }),
  RUNBOOKS_DIR: Type.String({
    default: fileURLToPath(new URL('../../../docs/runbooks', import.meta.url)),
    description: 'Folder of the runbooks that alerts link to.',
  }),
  WEB_DIR: Type.String({
    default: fileURLToPath(new URL('../../../web/dist', import.meta.url)),
    description: 'Folder of the built store.',
  }),
  WEB_SAMPLE_RATIO: Type.Number({
    minimum: 0,
    maximum: 1,
    default: 1,
    description:
      'Share of visits that tell page loads, web vitals and actions; errors and steps of the funnel always are.',
  }),
  GRAFANA_URL: Url('Grafana, as a browser on the host reaches it.', 'http://localhost:3000'),
  PROMETHEUS_URL: Url('Prometheus, as a browser on the host reaches it.', 'http://localhost:9090'),
  ALERTMANAGER_URL: Url('Alertmanager, as a browser on the host reaches it.', 'http://localhost:9093'),
})
export type GatewayConfig = Static<typeof GatewayConfig>

export const readConfig = (env: Record<string, string | undefined>): GatewayConfig => readEnv(GatewayConfig, env)
