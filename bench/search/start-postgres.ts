// PostgreSQL as the lab runs it: the image, the settings and the memory limit of compose/data.yml.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** An address on loopback. The container ends with `stack`. */
export async function startPostgres(stack: AsyncDisposableStack): Promise<string> {
  const { stdout } = await run('docker', ['compose', 'config', '--format', 'json', 'postgres'])
  const { image, command, mem_limit: memory } = JSON.parse(stdout).services.postgres
  const limits = ['--memory', String(memory), '--shm-size', '64m']
  const started = await run('docker', [
    ...['run', '--detach', '--rm', '--publish', '127.0.0.1::5432', ...limits],
    ...['--env', 'POSTGRES_USER=bench', '--env', 'POSTGRES_PASSWORD=bench', image, ...command],
  ])
  const id = started.stdout.trim()
  stack.defer(() => run('docker', ['stop', id]).then(() => undefined))
  const published = await run('docker', ['port', id, '5432/tcp'])
  return `postgres://bench:bench@${published.stdout.trim()}/bench`
}
