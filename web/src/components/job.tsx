import type { getJob } from '@techmart/contracts/upload-routes'
import { call } from '../api/client.ts'
import { load } from '../load.ts'
import { here } from '../router.ts'
import { Trouble } from './trouble.tsx'

/** How far the upload is that the address names, looked at until it has come to its end. */
export function Job() {
  const id = here().query.get('job') ?? ''
  const found = load(
    `job ${id}`,
    () => call<typeof getJob>('GET', '/api/admin/jobs/:id', { params: { id } }),
    job => !!job.finishedAt,
  )
  const { data } = found
  return (
    <section class="panel" aria-labelledby="job">
      <h2 id="job">Job</h2>
      <Trouble of={found} />
      {data && (
        <>
          <p role="status">
            {data.state}: {data.rows.written} of {data.rows.total} rows written, {data.rows.created} new,{' '}
            {data.rows.refused} refused. {data.failure}
            {found.isGivenUp && ' It takes longer than usual. Please look again later.'}
          </p>
          <progress aria-label="Rows written" value={data.rows.written} max={data.rows.total} />
          <ul>
            {data.errors.map(({ row, field, message }) => (
              <li>
                <b>
                  Row {row + 1}, {field}:
                </b>{' '}
                {message}
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
