// Runs a measuring file against a lab of its own: the one of the stack tests, started, measured and removed by the same script.
import { spawn } from 'node:child_process'
import { rootFolder } from '../scripts/lib/images.ts'

/** The exit code of the run. `file` is read from the project's folder; what it prints is shown as it comes. */
export function runInStack(file: string, env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('scripts/test-stack.sh', [], {
      cwd: rootFolder,
      env: { ...process.env, ...env, STACK_TESTS: file },
      stdio: 'inherit',
    })
    // Ctrl-C reaches the script too, which then removes its lab: this waits for it.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {})
    child.once('error', reject)
    child.once('close', code => resolve(code ?? 1))
  })
}
