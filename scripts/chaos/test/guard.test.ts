// The guard as a process: whoever breaks a container may die, even without a last word, and the container comes back. A small
// program stands for docker and writes down what it was asked.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'

const chaos = new URL('../', import.meta.url).pathname

/** Everything runs, is healthy, and does at once what it is asked. */
const fakeDocker = `#!/bin/sh
echo "$*" >> "$DOCKER_LOG"
case "$*" in
  *" ps --services"*) echo kafka ;;
  *" ps --all --format"*) echo "running healthy" ;;
esac
`

/** Breaks kafka for the given seconds and then waits for its end, or undoes it at a word on its standard input. */
const runner = `
import { makeContainers } from '${chaos}containers.ts'
const containers = makeContainers()
await containers.break([{ kind: 'stop', service: 'kafka' }], Date.now() + Number(process.argv[2]) * 1000, () => {})
console.log('broken')
process.stdin.once('data', async () => {
  await containers.undo()
  console.log('undone')
  process.exit(0)
})
`

interface Run {
  readonly child: ChildProcess
  asked(what: string): number
}

async function breakKafka(t: TestContext, seconds: number): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-guard-'))
  const log = join(folder, 'log')
  writeFileSync(log, '')
  writeFileSync(join(folder, 'docker'), fakeDocker)
  chmodSync(join(folder, 'docker'), 0o755)
  writeFileSync(join(folder, 'runner.ts'), runner)
  const child = spawn(process.execPath, [join(folder, 'runner.ts'), String(seconds)], {
    cwd: folder,
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}`, DOCKER_LOG: log, COMPOSE_PROJECT_NAME: 'guard-test' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.after(async () => {
    child.kill('SIGKILL')
    // Its guard still looks after kafka for some seconds, in that folder.
    await until(() => /everything runs again|^$/.test(readOr(join(folder, '.lab/chaos-guard.log'), '')), 60_000)
    rmSync(folder, { recursive: true, force: true })
  })
  await once(child.stdout as NodeJS.ReadableStream, 'data')
  const asked = (what: string) =>
    readFileSync(log, 'utf8')
      .split('\n')
      .filter(line => line.includes(what)).length
  return { child, asked }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return otherwise
  }
}

async function until(isSo: () => boolean, withinMs: number): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('It did not come true in time.')
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

// Side by side: a guard looks after its container for 25 s.
describe('the guard', { concurrency: true }, () => {
  test('a run that is killed without a last word leaves its container to the guard, which starts it again', async t => {
    const { child, asked } = await breakKafka(t, 300)
    assert.equal(asked('stop --timeout 20 kafka'), 1)
    assert.equal(asked('start kafka'), 0)

    child.kill('SIGKILL')

    await until(() => asked('start kafka') > 0, 10_000)
  })

  test('when the time is over the guard starts the container, though the run still lives', async t => {
    const { child, asked } = await breakKafka(t, 1)

    await until(() => asked('start kafka') > 0, 10_000)

    assert.equal(child.exitCode, null)
  })

  test('after an orderly end the guard has nothing to do and goes', async t => {
    const { child, asked } = await breakKafka(t, 300)

    child.stdin?.write('undo\n')
    await once(child, 'exit')

    assert.equal(asked('start kafka'), 1)
  })
})
