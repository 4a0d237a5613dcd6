// The images on this machine, and what compose/images/contract.json says of them.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { promisify } from 'node:util'

export const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

export interface Contract {
  entrypoint: string[]
  command: string[]
  /** As the image has it; empty is root. */
  user: string
  runsAs: number
  workdir: string
  volumes: string[]
  /** Directories in which the image's own user can make a file, on fresh volumes too. */
  writable?: string[]
  /** Directories that belong to the image's user; for images in which no command can try. */
  owned?: string[]
  files: string[]
  tools: string[]
  shell: boolean
  environment?: Record<string, string>
  stopSignal?: string
  versions: { command: string[]; says: string }[]
}

export interface Inspected {
  Config: {
    Entrypoint: string[] | null
    Cmd: string[] | null
    User: string
    WorkingDir: string
    Volumes: Record<string, object> | null
    Env: string[] | null
    StopSignal?: string
  }
}

export const contracts: Record<string, Contract> = JSON.parse(
  await readFile(join(root, 'compose/images/contract.json'), 'utf8'),
)

export async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('docker', args, { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 })
  return stdout + stderr
}

export async function findImage(image: string): Promise<Inspected | undefined> {
  try {
    const [inspected] = JSON.parse((await run('docker', ['image', 'inspect', image])).stdout)
    return inspected
  } catch {
    return undefined
  }
}

/** Runs one command in a fresh container of the image, in place of its entrypoint. */
export async function runInside(image: string, command: string[], options: string[] = []): Promise<string> {
  const [program = '', ...rest] = command
  return docker('run', '--rm', '--network', 'none', ...options, '--entrypoint', program, image, ...rest)
}

/** A container that is removed with its volumes when the test ends. */
export async function startContainer(t: TestContext, image: string, options: string[], args: string[] = []) {
  const name = `techmart-contract-${randomUUID().slice(0, 8)}`
  t.after(() => docker('rm', '--force', '--volumes', name))
  await docker('run', '--detach', '--name', name, ...options, image, ...args)
  return name
}

/** The image of this repository with the tag of the contract. */
export function imageNamed(repository: string): string {
  const image = Object.keys(contracts).find(name => name.startsWith(`${repository}:`))
  assert.ok(image, `the contract has no image ${repository}`)
  return image
}
