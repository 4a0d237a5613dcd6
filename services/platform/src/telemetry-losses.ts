// Where the telemetry queues, which the preload starts, and /metrics, which a service builds later, meet. One object a process:
// telemetry itself is one a process.
export type Signal = 'spans' | 'logs'

export const telemetryLosses: { readonly dropped: Record<Signal, number>; readonly queued: Record<Signal, number> } = {
  dropped: { spans: 0, logs: 0 },
  queued: { spans: 0, logs: 0 },
}
