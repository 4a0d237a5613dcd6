// A small program that stands for docker and writes down what it was asked, and programs that break and undo containers with it.
// All of it is in a folder whose name has a space, as a person's may have.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

/**
 * Its engine goes on when the client that asked is ended, as Docker's does: a shell's background job hears no Ctrl-C. Of the bad
 * replica it knows only whether there is one. `docker run` runs what follows the image's name.
 */
const fakeDocker = `#!/bin/sh
cd "$FAKE_DOCKER" || exit 1
echo "$*" >> log
case "$*" in
  "run "*' no-such-image '*) exit 125 ;;
  "run "*)
    cd "$OLDPWD"
    while [ "$1" != node-image ]; do shift; done
    shift
    exec "$@" ;;
  *" stop --timeout"*)
    { sleep "$STOP_SECONDS"; echo exited > kafka; echo 'the engine has stopped it' >> log; } >/dev/null 2>&1 &
    if [ "$CLIENT" = fails ]; then exit 1; fi
    wait ;;
  *" start kafka") echo running > kafka ;;
  *" ps --services"*) echo kafka ;;
  *" ps --all --format"*kafka) cat kafka ;;
  *" ps --all --format"*) echo 'running healthy' ;;
  *" up --detach"*) touch bad-replica ;;
  "ps --all --quiet"*label=techmart.chaos*) if [ -e bad-replica ]; then echo b4d; fi ;;
  "rm --force b4d") rm bad-replica ;;
esac
`

export interface FakeDocker {
  /** Runs the text of a program, which finds `containers.ts` beside it, in a process group of its own as a terminal would. */
  run(program: string): ChildProcess
  /** How often docker was asked, or has told, what has these words in it. */
  count(words: string): number
  /** The state of kafka's container. */
  kafka(): string
  hasBadReplica(): boolean
  hasRecord(): boolean
  /** What guards have written down. */
  guardLog(): string
}

export interface FakeDockerOptions {
  /** How long the engine takes to stop a container. */
  readonly stopSeconds?: number
  /** `fails`: the client ends at once and leaves the engine at work. */
  readonly client?: 'waits' | 'fails'
  readonly env?: Readonly<Record<string, string>>
}

export function makeFakeDocker(t: TestContext, options: FakeDockerOptions = {}): FakeDocker {
  const { stopSeconds = 0, client = 'waits', env = {} } = options
  const folder = mkdtempSync(join(tmpdir(), 'chaos guard '))
  const scripts = join(import.meta.dirname, '../..')
  for (const part of ['package.json', 'lib', 'chaos'])
    cpSync(join(scripts, part), join(folder, part), { recursive: true })
  symlinkSync(join(scripts, '../node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'log'), '')
  writeFileSync(join(folder, 'kafka'), 'running\n')
  writeFileSync(join(folder, 'docker'), fakeDocker)
  chmodSync(join(folder, 'docker'), 0o755)
  const read = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '')
  const children: ChildProcess[] = []
  const record = '.lab/chaos-actions-guard-test.json'
  t.after(() => {
    for (const child of children) child.kill('SIGKILL')
    // Guards see that their record is gone, and go; one that still writes is waited for.
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
  })

  return {
    run(program) {
      const file = join(folder, `program-${children.length}.ts`)
      writeFileSync(file, program)
      const child = spawn(process.execPath, [file], {
        cwd: folder,
        env: {
          ...process.env,
          LAB_NODE_CONTAINER: '',
          PATH: `${folder}:${process.env.PATH}`,
          FAKE_DOCKER: folder,
          STOP_SECONDS: String(stopSeconds),
          CLIENT: client,
          COMPOSE_PROJECT_NAME: 'guard-test',
          ...env,
        },
        stdio: ['pipe', 'pipe', 'inherit'],
        detached: true,
      })
      children.push(child)
      return child
    },
    count: words =>
      read('log')
        .split('\n')
        .filter(line => line.includes(words)).length,
    kafka: () => read('kafka').trim(),
    hasBadReplica: () => existsSync(join(folder, 'bad-replica')),
    hasRecord: () => existsSync(join(folder, record)),
    guardLog: () => read('.lab/chaos-guard.log'),
  }
}

export async function until(isSo: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come true in time.')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}
