// The docker command, for scripts that change the running lab. COMPOSE_PROJECT_NAME says which lab.
import { spawn } from 'node:child_process'

interface Printed {
  readonly stdout: string
  readonly stderr: string
}

function run(args: readonly string[], timeoutMs: number): Promise<Printed> {
  return new Promise((resolve, reject) => {
    // A group of its own: the terminal sends Ctrl-C to the whole group of the program that asked, which has its own answer to it. A
    // client that it ended would leave the engine at work, and nobody would know when that is over.
    const child = spawn('docker', args, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const printed = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', chunk => {
        printed[stream] += chunk
      })
    const limit = setTimeout(() => {
      reject(Object.assign(new Error(`It did not end within ${timeoutMs / 1000} s.`), printed))
      for (const stream of [child.stdout, child.stderr]) stream.destroy()
      // Compose is a process of its own below it.
      if (child.pid && child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    }, timeoutMs)
    child.once('error', error => {
      clearTimeout(limit)
      reject(error)
    })
    child.once('close', (code, signal) => {
      clearTimeout(limit)
      if (code === 0) resolve(printed)
      else reject(Object.assign(new Error(`It ended with ${code ?? signal}.`), printed))
    })
  })
}

/** What it printed; rejects with its own words. */
export async function docker(...args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(args, 180_000)
    return stdout.trim()
  } catch (error) {
    const words = (error as { stderr?: string }).stderr?.trim().split('\n').slice(-3).join('\n')
    throw new Error(`docker ${args.slice(0, 3).join(' ')} failed: ${words || String(error)}`, { cause: error })
  }
}

/** The last lines that a container wrote, on either stream, none longer than a terminal is wide. */
export async function readLastLines(container: string, count: number): Promise<string> {
  const { stdout, stderr } = await run(['logs', '--tail', String(count), container], 30_000)
  const lines = `${stdout}\n${stderr}`.split('\n').filter(line => line.trim() !== '')
  return lines.map(line => (line.length > 200 ? `${line.slice(0, 199)}…` : line)).join('\n')
}

/** `docker` arguments of Compose, with the files that the lab was started with; `more` are further ones. */
export function composeArguments(more: readonly string[], ...args: readonly string[]): string[] {
  const files = ['docker-compose.yml', ...(process.env.LAB_COMPOSE_FILES ?? '').split(' ').filter(Boolean), ...more]
  return [
    'compose',
    '--project-directory',
    '.',
    ...files.flatMap(file => ['-f', file]),
    '--profile',
    'stand-in',
    ...args,
  ]
}

export const composeWith = (more: readonly string[], ...args: readonly string[]): Promise<string> =>
  docker(...composeArguments(more, ...args))

export const compose = (...args: readonly string[]): Promise<string> => composeWith([], ...args)

export interface ComposedService {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly { readonly published?: string }[]
}

/** Every service as Compose sees it, all variables filled in. */
export async function readComposedServices(): Promise<Readonly<Record<string, ComposedService>>> {
  return (JSON.parse(await compose('config', '--format', 'json')) as { services: Record<string, ComposedService> })
    .services
}
