// The business events of uploads, beside those of the shop in events.ts. None of them throws.
import type { UploadJob } from '@techmart/contracts/upload-routes'
import type { Log } from '@techmart/platform/log'
import type { Metrics } from '@techmart/platform/metrics'

export interface UploadEvents {
  uploadAccepted(job: UploadJob, messages: number): void
  uploadsWaiting(oldestSeconds: number): void
  uploadsGivenUp(count: number): void
  oldUploadsRemoved(count: { jobs: number; products: number }): void
}

export function makeUploadEvents(metrics: Metrics, log: Log): UploadEvents {
  const rows = metrics.counter('upload_rows_total', 'Rows of uploads by what their check said.', ['outcome'])
  const oldest = metrics.gauge(
    'upload_job_oldest_unfinished_seconds',
    'Age of the oldest upload job that is neither done nor failed; 0 without one. Each replica says the same: take the max.',
  )
  for (const outcome of ['good', 'refused']) rows.inc({ outcome }, 0)

  return {
    uploadAccepted({ id, rows: { total, refused } }, messages) {
      rows.inc({ outcome: 'good' }, total - refused)
      rows.inc({ outcome: 'refused' }, refused)
      log.info('upload accepted', { jobId: id, rows: total, refused, messages })
    },
    uploadsWaiting: seconds => oldest.set(seconds),
    uploadsGivenUp(count) {
      log.error('upload jobs given up: their messages never came back', { count })
    },
    oldUploadsRemoved(count) {
      log.info('old uploads removed', count)
    },
  }
}
