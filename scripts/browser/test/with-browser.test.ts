// A command and the browser beside it, with programs in place of a browser.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

interface Ended {
  readonly code: number
  readonly output: string
  /** What is left in the folder for temporary files. */
  readonly left: readonly string[]
}

const tell = 'echo "url=$BROWSER_URL missing=$BROWSER_TEST_MISSING"'

/** Runs `command` in bash beside `browser`, a bash program, or beside a file that is not there. */
async function runBeside(t: TestContext, browser: string | undefined, command: string): Promise<Ended> {
  const folder = await mkdtemp(join(tmpdir(), 'with-browser-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const path = join(folder, 'browser')
  if (browser !== undefined) await writeFile(path, `#!/usr/bin/env bash\n${browser}\n`, { mode: 0o755 })
  const env = { ...process.env, BROWSER_PATH: path, TMPDIR: folder, NOTES: join(folder, 'notes') }
  return new Promise((resolve, reject) => {
    execFile('scripts/with-browser.sh', ['bash', '-c', command], { env, timeout: 60_000 }, async (error, stdout) => {
      const left = await readdir(folder)
      if (error?.killed) reject(error)
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, output: stdout.trim(), left })
    })
  })
}

const findProfile =
  'for flag in "$@"; do case $flag in --user-data-dir=*) profile=$(cut -d= -f2 <<<"$flag") ;; esac; done'

test('the command is told where the browser is, and the browser ends with it', async t => {
  const port = `printf '4711\\n/devtools\\n' >"$profile/DevToolsActivePort"`
  const browser = `${findProfile}; echo $$ >"$NOTES"; ${port}; exec sleep 60`

  const { code, output, left } = await runBeside(t, browser, `${tell}; cat "$NOTES"; exit 3`)

  const [told, pid] = output.split('\n')
  assert.deepEqual([code, told], [3, 'url=http://127.0.0.1:4711 missing='])
  assert.throws(() => process.kill(Number(pid), 0), { code: 'ESRCH' })
  assert.deepEqual([...left].sort(), ['browser', 'notes'])
})

test('where the browser does not start the command runs, and is told its last words', async t => {
  const { code, output } = await runBeside(t, 'echo first >&2; echo "no display" >&2; exit 1', tell)

  assert.equal(code, 0)
  assert.match(output, /^url= missing=.*browser did not start: no display$/)
})

test('where there is no browser the command runs, and is told so', async t => {
  const { code, output } = await runBeside(t, undefined, tell)

  assert.equal(code, 0)
  assert.match(output, /^url= missing=no .*browser on this machine/)
})
