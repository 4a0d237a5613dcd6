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
  /** Lines of stdout after the first, and of stderr. */
  readonly output: string[]
  /** Sends SIGTERM and gives the exit code. */
  stop(): Promise<number | null>
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

export async function startSmallService(
  t: TestContext,
  env: Record<string, string>,
  options: { preload?: string } = {},
): Promise<SmallService> {
  const child = spawn(
    process.execPath,
    ['--import', options.preload ?? path('../src/telemetry.ts'), path('fixtures/small-service.ts')],
    {
      env: { PATH: process.env.PATH ?? '', OTEL_NODE_RESOURCE_DETECTORS: 'env', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  t.after(() => child.kill('SIGKILL'))
  const output: string[] = []
  const lines = createInterface({ input: child.stdout })
  createInterface({ input: child.stderr }).on('line', line => output.push(line))
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    once(child, 'exit').then(() => Promise.reject(new Error(`the service ended at once: ${output.join('\n')}`))),
  ])
  lines.on('line', line => output.push(line))
  const { port, isKafkaPatched } = JSON.parse(first) as { port: number; isKafkaPatched: boolean }
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
