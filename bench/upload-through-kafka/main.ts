// Uploads through the running stack: rows a second from the first request to the last finished job, and beside it the same work
// while product-worker and api are killed and messages are delivered twice. ROWS (60,000).
import { runInStack } from '../run-in-stack.ts'

process.exitCode = await runInStack('bench/upload-through-kafka/through-kafka.ts', {
  TEST_TIMEOUT_MS: String(20 * 60_000),
})
