// Reading the machine's own package mirrors: apt knows two formats, and people write both in many ways.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

async function ask(call: string, env: Record<string, string>): Promise<string> {
  const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', `. scripts/lib/mirrors.sh; ${call}`], {
    cwd: root,
    env: { PATH: process.env.PATH ?? '', HOME: '/nowhere', ...env },
  })
  return stdout.trim()
}

/** An apt directory with these files; `HERE` in them stands for it. */
async function makeAptFolder(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'techmart-apt-'))
  t.after(() => rm(folder, { recursive: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text.replaceAll('HERE', folder))
  }
  return folder
}

test('a mirror is found in the stanza format, between comments, other suites and switched-off stanzas', async t => {
  const folder = await makeAptFolder(t, {
    'sources.list.d/debian.sources': `
Types: deb
Enabled: no
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb deb-src
# which day this was taken from
URIs: http://mirror.example/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/a.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites:
 bookworm-security
Components: main
`,
  })

  assert.equal(await ask('mirrors_debian bookworm', { APT_ROOT: folder }), 'http://mirror.example/debian')
  assert.equal(
    await ask('mirrors_debian bookworm-security', { APT_ROOT: folder }),
    'http://mirror.example/debian-security',
  )
})

test('a mirror is found in the one-line format, past options, comments and sources of other people', async t => {
  const folder = await makeAptFolder(t, {
    'sources.list': '# deb http://old.example/debian bookworm main\n',
    'sources.list.d/tools.list': 'deb [arch=amd64] https://tools.example/linux bookworm stable\n',
    'sources.list.d/zz.list':
      'deb-src http://sources.example/debian bookworm main\ndeb [signed-by=/a.gpg arch=amd64] https://mirror.example/debian bookworm main non-free # ours\n',
  })

  assert.equal(await ask('mirrors_debian bookworm', { APT_ROOT: folder }), 'https://mirror.example/debian')
})

test('a list of mirrors in a file gives its first one', async t => {
  const folder = await makeAptFolder(t, {
    'mirrors/debian.list': '# nearest first\nhttps://near.example/debian\tpriority:1\nhttps://far.example/debian\n',
    'sources.list.d/debian.sources':
      'Types: deb\nURIs: mirror+file:HERE/mirrors/debian.list\nSuites: bookworm\nComponents: main\n',
  })

  assert.equal(await ask('mirrors_debian bookworm', { APT_ROOT: folder }), 'https://near.example/debian')
})

test('a machine without such a source gives no mirror, so that the public default is used', async t => {
  const folder = await makeAptFolder(t, { 'sources.list': 'deb cdrom:[Debian 12]/ bookworm main\n' })

  assert.equal(await ask('mirrors_debian bookworm', { APT_ROOT: folder }), '')
})

test("builds are handed npm's registry and the proxies, and Go's proxy unless it is a folder", async t => {
  const folder = await makeAptFolder(t, {
    'bin/npm': '#!/bin/sh\necho https://npm.example/\n',
    'bin/go': '#!/bin/sh\ncase $2 in GOPROXY) echo https://go.example ;; GOSUMDB) echo off ;; esac\n',
  })
  await run('chmod', ['+x', join(folder, 'bin/npm'), join(folder, 'bin/go')])
  const PATH = `${join(folder, 'bin')}:${process.env.PATH}`

  const forBuilds = await ask('mirrors_build_args', { PATH, HTTPS_PROXY: 'http://proxy.example:3128' })
  const forGo = await ask('mirrors_go_env', { PATH })

  assert.deepEqual(forBuilds.split('\n'), [
    'NPM_CONFIG_REGISTRY=https://npm.example/',
    'HTTPS_PROXY=http://proxy.example:3128',
  ])
  assert.deepEqual(forGo.split('\n'), ['GOPROXY=https://go.example', 'GOSUMDB=off'])
})
