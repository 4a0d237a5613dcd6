// Runs fixtures/small-service.ts as a child process under the preload, as Compose runs a service.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

export interface SmallService {
  readonly url: string
  readonly process: ChildProcess
  readonly isKafkaPatched: boolean
  /** Lines of stdout and stderr, without the one that says the port. */
  readonly output: string[]
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

interface Said {
  readonly port: number
  readonly isKafkaPatched?: boolean
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export async function startSmallService(
  t: TestContext,
  env: Record<string, string>,
  options: { main?: string } = {},
): Promise<SmallService> {
  const child = spawn(
    process.execPath,
    ['--import', path('../src/telemetry.ts'), path(options.main ?? 'fixtures/small-service.ts')],
    {
      env: { PATH: process.env.PATH ?? '', OTEL_NODE_RESOURCE_DETECTORS: 'env', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  t.after(() => child.kill('SIGKILL'))
  const output: string[] = []
  createInterface({ input: child.stderr }).on('line', line => output.push(line))
  const said = new Promise<Said>(resolve => {
    createInterface({ input: child.stdout }).on('line', line => {
      if (line.startsWith('{"port"')) resolve(JSON.parse(line) as Said)
      else output.push(line)
    })
  })
  const { port, isKafkaPatched = false } = await Promise.race([
    said,
    once(child, 'exit').then(() => Promise.reject(new Error(`the service ended at once: ${output.join('\n')}`))),
  ])
  return {
    url: `http://localhost:${port}`,
    process: child,
    isKafkaPatched,
    output,
    stop: async () => {
      child.kill('SIGTERM')
      const [code] = (await once(child, 'exit', { signal: AbortSignal.timeout(10_000) })) as [number | null]
      return code
    },
  }
}
