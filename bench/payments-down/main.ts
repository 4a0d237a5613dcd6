// Browsing while payments is stopped, beside browsing while it runs, in turns on one lab; and how fast checkout says no once the
// circuit is open. ROUNDS (3), SECONDS (30) a phase. Exit code 0 where both promises were kept.
import { runInStack } from '../run-in-stack.ts'

process.exitCode = await runInStack('bench/payments-down/measure.ts', {})
