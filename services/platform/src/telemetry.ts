// The preload of every service: `node --import ./services/platform/src/telemetry.ts services/<name>/src/main.ts`. It has to run
// before any module that is to be instrumented is loaded. The one file of platform that does something when imported.
import { startTelemetry } from './start-telemetry.ts'

await startTelemetry()
