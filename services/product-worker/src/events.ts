import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'
import type { WrittenRows } from './catalogue-store.ts'

export interface ProductWorkerEvents {
  rowsWritten(what: { eventId: string; jobId: string }, written: WrittenRows): void
  /** The message had been written before. */
  skipped(what: { eventId: string; jobId: string }): void
  jobFailed(jobId: string, reason: string): void
}

export function makeProductWorkerEvents(metrics: Metrics, log: Log): ProductWorkerEvents {
  const rows = metrics.counter('upload_rows_written_total', 'Uploaded rows by what they did to the catalogue.', [
    'outcome',
  ])
  const jobs = metrics.counter('upload_jobs_finished_total', 'Upload jobs that came to their end here.', ['state'])
  for (const outcome of ['created', 'updated']) rows.inc({ outcome }, 0)
  for (const state of ['done', 'failed']) jobs.inc({ state }, 0)

  return {
    rowsWritten(what, { written, created, jobIsDone }) {
      rows.inc({ outcome: 'created' }, created)
      rows.inc({ outcome: 'updated' }, written - created)
      if (jobIsDone) jobs.inc({ state: 'done' })
      log.info(jobIsDone ? 'upload done' : 'rows of an upload written', { ...what, rows: written, created })
    },
    skipped: what => void log.info('rows of an upload were written before', what),
    jobFailed(jobId, reason) {
      jobs.inc({ state: 'failed' })
      log.error('upload failed', { jobId, reason })
    },
  }
}
