// The gateway's preload, in place of platform's: `node --import ./services/gateway/src/telemetry.ts …`. Like every preload it
// does its work when imported.
import { startTelemetry } from '@techmart/platform/start-telemetry'
import { makeEdgePropagator } from './trace-edge.ts'

await startTelemetry({ propagator: makeEdgePropagator() })
