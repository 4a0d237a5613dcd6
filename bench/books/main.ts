// The long form of the crash test (scripts/test/stack/k-books.test.ts): CHECKOUTS (10,000) checkouts by customers who lose three
// answers of ten and ask again, while the services are killed at random; then the books of all databases must agree.
import { runInStack } from '../run-in-stack.ts'

process.exitCode = await runInStack('scripts/test/stack/k-books.test.ts', {
  CHECKOUTS: process.env.CHECKOUTS || '10000',
  TEST_TIMEOUT_MS: String(40 * 60_000),
})
