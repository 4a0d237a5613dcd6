// A reporter for node:test that writes one line: passed, failed, skipped. A suite is not counted; a test is, beside its subtests.
import type { TestEvent } from 'node:test/reporters'

type Data = { details?: { type?: string }; skip?: string | boolean }

export default async function* countTests(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0
  let failed = 0
  let skipped = 0
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const data = event.data as Data
    if (data.details?.type === 'suite') continue
    if (data.skip !== undefined && data.skip !== false) skipped += 1
    else if (event.type === 'test:pass') passed += 1
    else failed += 1
  }
  yield `${passed} ${failed} ${skipped}\n`
}
