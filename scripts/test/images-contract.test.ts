// Holds every third-party image that is on this machine, pulled or made here, to what compose/images/contract.json says of
// it: most people run the upstream images, and what works only on one of the two roads is a bug.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { after, describe, test } from 'node:test'
import { promisify } from 'node:util'
import { contracts, docker, findImage, type Inspected, runInside } from './local-images.ts'

const run = promisify(execFile)

/** What tar lists of a path inside the image: type and mode, numeric owner, name. Works where there is no shell. */
async function listInside(container: string, path: string): Promise<string[]> {
  const { stdout } = await run(
    'bash',
    ['-c', 'set -o pipefail; docker cp "$1:$2" - | tar --numeric-owner -tv', '-', container, path],
    { maxBuffer: 64 * 1024 * 1024 },
  )
  return stdout.trim().split('\n')
}

/** A container that never runs, to look into. */
const looked = new Map<string, string>()
async function lookInto(image: string): Promise<string> {
  const known = looked.get(image)
  if (known) return known
  const container = (await run('docker', ['create', image, 'none'])).stdout.trim()
  looked.set(image, container)
  return container
}
after(() => Promise.all([...looked.values()].map(container => docker('rm', '--force', '--volumes', container))))

for (const [image, contract] of Object.entries(contracts)) {
  const inspected = await findImage(image)
  const skip = inspected ? false : 'this image is not on this machine'

  describe(image, { skip }, () => {
    const config = inspected?.Config as Inspected['Config']

    test('starts, stops, and keeps its data where the contract says', () => {
      assert.deepEqual(
        {
          entrypoint: config.Entrypoint ?? [],
          command: config.Cmd ?? [],
          user: config.User,
          workdir: config.WorkingDir || '/',
          volumes: Object.keys(config.Volumes ?? {}).sort(),
          stopSignal: config.StopSignal || 'SIGTERM',
        },
        {
          entrypoint: contract.entrypoint,
          command: contract.command,
          user: contract.user,
          workdir: contract.workdir,
          volumes: contract.volumes,
          stopSignal: contract.stopSignal ?? 'SIGTERM',
        },
      )
    })

    test('sets the variables that we rely on', () => {
      const set = Object.fromEntries((config.Env ?? []).map(line => line.split(/=(.*)/s).slice(0, 2)))

      for (const [name, value] of Object.entries(contract.environment ?? {})) assert.equal(set[name], value, name)
    })

    test('has the files that we rely on', async () => {
      const container = await lookInto(image)

      for (const file of contract.files) await listInside(container, file)
    })

    for (const { command, says } of contract.versions) {
      test(`${command[0]} is of the version that the tag names`, async () => {
        const answer = await runInside(image, command)

        assert.ok(answer.includes(says), `${command.join(' ')} answered: ${answer}`)
      })
    }

    if (contract.shell) {
      test('has a shell, and the tools that healthchecks and people use', async () => {
        const missing = await runInside(image, [
          'sh',
          '-c',
          'for tool; do command -v "$tool" >/dev/null || echo "$tool"; done',
          '-',
          ...contract.tools,
        ])

        assert.equal(missing.trim(), '')
      })

      test(`runs as the user ${contract.runsAs}`, async () => {
        const status = await runInside(image, [
          'sh',
          '-c',
          'while read -r line; do echo "$line"; done </proc/self/status',
        ])

        assert.match(status, new RegExp(`^Uid:\\s+${contract.runsAs}\\s`, 'm'))
      })
    } else {
      test('has no shell to rely on, as upstream has none', async () => {
        await assert.rejects(runInside(image, ['sh', '-c', 'true']))
        await assert.rejects(runInside(image, ['/bin/sh', '-c', 'true']))
      })
    }

    for (const directory of contract.writable ?? []) {
      test(`its user can write to ${directory}, on a fresh volume as well`, async t => {
        const volume = `techmart-contract-${randomUUID().slice(0, 8)}`
        t.after(() => docker('volume', 'rm', '--force', volume))

        for (const options of [[], ['--volume', `${volume}:${directory}`]]) {
          await runInside(image, ['sh', '-c', `: > ${directory}/probe`], options)
        }
      })
    }

    for (const directory of contract.owned ?? []) {
      test(`${directory} belongs to its user, and so does a fresh volume mounted there`, async () => {
        const [itself = ''] = await listInside(await lookInto(image), directory)

        assert.match(itself, new RegExp(`^drwx\\S* ${contract.runsAs}/${contract.runsAs} `))
      })
    }
  })
}
