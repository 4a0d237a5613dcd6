import type { TestContext } from 'node:test'
import { collectSpans } from '@techmart/platform/testing'

const statuses = ['UNSET', 'OK', 'ERROR']

/** What would be counted: name and status of each event, and of those that are not counted because they came late. */
export function recordJourneys(t: TestContext): { journeys(): string[] } {
  const collector = collectSpans(t)
  return {
    journeys: () =>
      collector.spans
        .filter(span => /^(cuj|late)\./.test(span.name))
        .map(span => `${span.name} ${statuses[span.status.code]}`),
  }
}
