// Two replicas of api, ended and started again one at a time, in order or by force.
import { compose, docker } from '../../scripts/lib/docker.ts'

export interface Ending {
  /** From the signal to the last sign of the process. */
  readonly seconds: number
  readonly exitCode: number
}

export async function startTwo(): Promise<string[]> {
  await compose('up', '--detach', '--no-deps', '--no-build', '--no-recreate', '--scale', 'api=2', 'api')
  const ids = (await compose('ps', '--quiet', 'api')).split('\n')
  for (const id of ids) await isHealthy(id)
  return ids
}

export async function end(id: string, how: 'in order' | 'by force'): Promise<Ending> {
  const signalledAt = Date.now()
  if (how === 'in order') await docker('stop', '--time', '20', id)
  else await docker('kill', '--signal', 'KILL', id)
  // A kill returns before the engine has noted the end.
  await until(async () => (await docker('inspect', '--format', '{{.State.Running}}', id)) === 'false')
  const [finishedAt = '', exitCode = ''] = (
    await docker('inspect', '--format', '{{.State.FinishedAt}} {{.State.ExitCode}}', id)
  ).split(' ')
  return { seconds: (Date.parse(finishedAt) - signalledAt) / 1_000, exitCode: Number(exitCode) }
}

export async function startAgain(id: string): Promise<void> {
  await docker('start', id)
  await isHealthy(id)
}

const isHealthy = (id: string) =>
  until(async () => (await docker('inspect', '--format', '{{.State.Health.Status}}', id)) === 'healthy')

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 90_000
  while (!(await check())) {
    if (Date.now() > deadline) throw new Error('A replica of api did not get where it should within 90 s.')
    await new Promise(resolve => setTimeout(resolve, 250))
  }
}
