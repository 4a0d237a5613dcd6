// scripts/with-node.sh on hosts that are made up: a folder with the few commands it needs, and no more.
import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'

const root = join(import.meta.dirname, '../../..')

interface Host {
  readonly folder: string
  /** What the command printed; rejects when it fails. */
  run(command: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
}

/** `programs` are shell scripts by name. */
function makeHost(t: TestContext, programs: Readonly<Record<string, string>>): Host {
  const folder = mkdtempSync(join(tmpdir(), 'with node '))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text, { mode: 0o755 })
  for (const part of ['bin', 'scripts']) mkdirSync(join(folder, part))
  copyFileSync(join(root, 'scripts/with-node.sh'), join(folder, 'scripts/with-node.sh'))
  write('scripts/engine.sh', '#!/bin/sh\n')
  for (const file of ['package.json', 'package-lock.json']) write(file, '{}\n')
  for (const name of [
    'bash',
    'cat',
    'chmod',
    'cksum',
    'cp',
    'dirname',
    'env',
    'grep',
    'mkdir',
    'mktemp',
    'rm',
    'sleep',
    'uname',
  ].filter(name => !(name in programs))) {
    const path = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim()
    symlinkSync(path, join(folder, 'bin', name))
  }
  for (const [name, text] of Object.entries(programs)) write(`bin/${name}`, `#!/bin/sh\n${text}\n`)
  return {
    folder,
    run: (command, env = {}) =>
      new Promise((resolve, reject) => {
        const options = { env: { ...env, PATH: join(folder, 'bin') }, timeout: 60_000 }
        execFile(join(folder, 'scripts/with-node.sh'), command, options, (error, stdout, stderr) => {
          if (error) reject(new Error(`${error.message}\n${stderr}`, { cause: error }))
          else resolve(stdout)
        })
      }),
  }
}

/** Keeps what `docker run` was given. */
const keepingDocker = `
[ "$1" = run ] || exit 0
printf '%s\\n' "$@" > arguments
while [ "$1" != --env-file ]; do shift; done
cp "$2" environment
`

async function passOn(t: TestContext, env: Readonly<Record<string, string>>): Promise<Host> {
  const host = makeHost(t, { docker: keepingDocker })
  await host.run(['node', 'x.ts'], env)
  return host
}

const readEnvironment = ({ folder }: Host): ReadonlyMap<string, string> =>
  new Map(
    readFileSync(join(folder, 'environment'), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map(line => line.split('=') as [string, string]),
  )

/** Read by commands, and not passed on. */
const exceptions: Readonly<Record<string, string>> = {
  PROMTOOL: 'a program of the host, which does not run there',
  AMTOOL: 'a program of the host, which does not run there',
  KAFKA_BROKERS: 'scripts/replay-dead.sh runs in a container of the lab and gives it',
  TOPIC: 'as KAFKA_BROKERS',
  FIX: 'as KAFKA_BROKERS',
  OFFSET: 'as KAFKA_BROKERS',
  FROM_STDIN: 'as KAFKA_BROKERS',
  STORE_FOLDER: 'scripts/history/main.ts runs in a container of the lab, and Compose gives it',
  SLICE_FOLDER: 'as STORE_FOLDER',
  LAB_NODE_CONTAINER: 'told by with-node.sh itself',
}

/** Names that TypeScript reads: `env.NAME`, `{ NAME } = process.env`, and in a file with `env[…]` every text that looks like one. */
function findRead(text: string): string[] {
  const found = [...text.matchAll(/\benv\.([A-Z][A-Z0-9_]+)/g)].map(([, name]) => name ?? '')
  for (const [, names = ''] of text.matchAll(/\{([^{}]*)\} = process\.env/g))
    found.push(...[...names.matchAll(/\b[A-Z][A-Z0-9_]+/g)].map(([name]) => name))
  if (/\benv\[[a-z]/.test(text))
    found.push(...[...text.matchAll(/'([A-Z][A-Z0-9_]{2,})'/g)].map(([, name]) => name ?? ''))
  return found.filter(name => !name.startsWith('SIG'))
}

function findAll(): ReadonlyMap<string, string> {
  const where = new Map<string, string>()
  const read = (pattern: string, find: (text: string) => readonly string[]) => {
    for (const file of globSync(pattern, { cwd: root, exclude: ['**/test/**'] }))
      for (const name of find(readFileSync(join(root, file), 'utf8'))) where.set(name, file)
  }
  for (const folder of ['scripts', 'bench']) read(`${folder}/**/*.ts`, findRead)
  // A command that starts containers of the lab starts them with the settings that the others have.
  const filledIn = (text: string) => [...text.matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name ?? '')
  read('{docker-compose.yml,compose/*.yml}', filledIn)
  return where
}

test('whatever a command reads from the environment reaches it where Node runs in a container', async t => {
  const all = findAll()
  assert.ok(all.size > 60, `only ${all.size} were found`)
  const wanted = [...all].filter(([name]) => exceptions[name] === undefined)

  const passed = readEnvironment(await passOn(t, Object.fromEntries(wanted.map(([name]) => [name, '47']))))

  assert.deepEqual(
    wanted.filter(([name]) => passed.get(name) !== '47').map(([name, file]) => `${name}, read by ${file}`),
    [],
  )
  assert.deepEqual(
    Object.keys(exceptions).filter(name => !all.has(name)),
    [],
  )
})

test('what nobody reads stays outside, such as keys', async t => {
  const passed = readEnvironment(await passOn(t, { AWS_SECRET_ACCESS_KEY: 'x', SPEED: 'real', HOME: '/root' }))

  assert.deepEqual([...passed], [['SPEED', 'real']])
})

test('a program in the container is told how to start one that outlives it', async t => {
  const host = await passOn(t, {})

  const given = readFileSync(join(host.folder, 'arguments'), 'utf8')
  const described = /^LAB_NODE_CONTAINER=(.*?\nnode:[^\n]+)\n/ms.exec(given)?.[1]?.split('\n')
  assert.deepEqual(described?.slice(0, 7), [
    '--init',
    '--network',
    'host',
    '-v',
    `${host.folder}:${host.folder}`,
    '-w',
    host.folder,
  ])
})

test('on a system where Docker runs in a virtual machine a missing or old Node is named, and nothing is run', async t => {
  const oldNode = 'if [ "$1" = --version ]; then echo v18.19.0; else echo 18; fi'
  const host = makeHost(t, { docker: keepingDocker, npm: '', node: oldNode, uname: 'echo Darwin' })

  await assert.rejects(host.run(['node', 'x.ts']), /needs Node 20 or newer with npm, and finds v18\.19\.0: install it/)

  assert.equal(existsSync(join(host.folder, 'arguments')), false)
})

test('a host without flock installs the packages all the same', async t => {
  const node = 'node_modules/.bin/node'
  const npm = `mkdir -p node_modules/.bin; echo '#!/bin/sh' >${node}; echo 'echo "ours: $*"' >>${node}; chmod +x ${node}`
  const host = makeHost(t, { node: 'echo 24', npm })

  assert.equal(await host.run(['node', 'x.ts']), 'ours: x.ts\n')
})
