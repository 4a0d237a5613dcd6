// The images and commands that Compose starts, for tests that run one part alone: nobody writes a tag twice.
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'

export interface ComposeService {
  readonly image: string
  readonly command?: readonly string[]
}

export interface CommandResult {
  readonly code: number
  /** What it printed, on either stream. */
  readonly output: string
}

export const rootFolder = join(import.meta.dirname, '../..')

export async function findComposeService(name: string): Promise<ComposeService> {
  const text = await readFile(join(rootFolder, 'compose/observability.yml'), 'utf8')
  const services = (parse(text, { merge: true }) as { services: Record<string, ComposeService> }).services
  const service = services[name]
  if (!service) throw new Error(`compose/observability.yml has no service '${name}'.`)
  return service
}

export function runDocker(args: readonly string[], timeoutMs = 60_000): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    execFile('docker', args, { timeout: timeoutMs, maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0
      if (typeof code !== 'number') reject(new Error(`docker ${args.join(' ')} did not end.`, { cause: error }))
      else resolve({ code, output: stdout + stderr })
    })
  })
}

/** Whether the image is on this machine; Grafana's and Tempo's cannot be had everywhere. */
export const hasImage = async (image: string): Promise<boolean> =>
  (await runDocker(['image', 'inspect', '--format', '{{.Id}}', image])).code === 0

/** Runs an image to its end, without network, with one folder of the repository mounted read-only. */
export const runImage = (image: string, mount: readonly [folder: string, at: string], args: readonly string[]) =>
  runDocker(
    ['run', '--rm', '--network', 'none', '--read-only', '--tmpfs', '/tmp:mode=1777']
      .concat(['-v', `${rootFolder}/${mount[0]}:${mount[1]}:ro`, image])
      .concat(args),
  )
