// What the lab cannot know by itself is marked: containers that were broken and put right, bad deploys, recovered requests. The
// lab joins marks, faults and alerts into incidents. While it cannot be reached marks are kept, each with its own time.
import type { MarkRequest } from '@techmart/contracts/incident-routes'
import type { LabApi } from '../lib/lab-api.ts'

export interface Marks {
  /** Never throws: a mark is for the record, and the scenario goes on without. What was kept goes along. */
  add(mark: Omit<MarkRequest, 'at'>): Promise<void>
}

export function makeMarks(lab: Pick<LabApi, 'postMark'>, now: () => number): Marks {
  let kept: MarkRequest[] = []

  return {
    async add(mark) {
      const waiting = [...kept, { ...mark, at: new Date(now()).toISOString() }]
      kept = []
      for (const each of waiting) await lab.postMark(each).catch(() => kept.push(each))
    },
  }
}
