// Holds every third-party image that is on this machine, pulled or made here, to what compose/images/contract.json says of
// it: most people run the upstream images, and what works only on one of the two roads is a bug.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, describe, type TestContext, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)

interface Contract {
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

interface Inspected {
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

const contracts: Record<string, Contract> = JSON.parse(
  await readFile(join(root, 'compose/images/contract.json'), 'utf8'),
)

async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await run('docker', args, { timeout: 120_000, maxBuffer: 64 * 1024 * 1024 })
  return stdout + stderr
}

async function findImage(image: string): Promise<Inspected | undefined> {
  try {
    const [inspected] = JSON.parse((await run('docker', ['image', 'inspect', image])).stdout)
    return inspected
  } catch {
    return undefined
  }
}

/** Runs one command in a fresh container of the image, in place of its entrypoint. */
async function runInside(image: string, command: string[], options: string[] = []): Promise<string> {
  const [program = '', ...rest] = command
  return docker('run', '--rm', '--network', 'none', ...options, '--entrypoint', program, image, ...rest)
}

/** A container that is removed with its volumes when the test ends. */
async function startContainer(t: TestContext, image: string, options: string[], args: string[] = []) {
  const name = `techmart-contract-${randomUUID().slice(0, 8)}`
  t.after(() => docker('rm', '--force', '--volumes', name))
  await docker('run', '--detach', '--name', name, ...options, image, ...args)
  return name
}

async function eventually(check: () => Promise<void>, { withinMs }: { withinMs: number }): Promise<void> {
  const deadline = Date.now() + withinMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (Date.now() > deadline) throw error
      await pause(300)
    }
  }
}

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

describe('postgres', {
  skip: (await findImage(imageNamed('postgres'))) ? false : 'its image is not on this machine',
}, () => {
  const image = imageNamed('postgres')
  const settings = ['-e', 'POSTGRES_USER=ada', '-e', 'POSTGRES_DB=shelf', '-e', 'POSTGRES_PASSWORD=secret-12']
  const ask = (container: string, sql: string) =>
    docker(
      'exec',
      '-e',
      'PGPASSWORD=secret-12',
      container,
      'psql',
      '-h',
      '127.0.0.1',
      '-U',
      'ada',
      '-d',
      'shelf',
      '-tAc',
      sql,
    )

  test('makes the user and the database of its variables, takes arguments, and drops to the user 999', async t => {
    const container = await startContainer(t, image, settings, ['postgres', '-c', 'max_connections=17'])

    await eventually(async () => assert.match(await ask(container, 'show max_connections'), /^17$/m), {
      withinMs: 60_000,
    })

    const status = await docker('exec', container, 'sed', '-n', 's/^Uid:\\s*//p', '/proc/1/status')
    assert.match(status, /^999\s/)
    assert.match(
      await docker('exec', container, 'pg_isready', '-h', '127.0.0.1', '-U', 'ada', '-d', 'shelf'),
      /accepting/,
    )
  })

  test('reads the password from a file, runs the scripts of its init folder once, and lets nobody in without it', async t => {
    const setUp = `echo secret-12 > /tmp/password
      echo 'create table lamps (sku int)' > /docker-entrypoint-initdb.d/1.sql
      echo 'psql -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "insert into lamps values (11)"' > /docker-entrypoint-initdb.d/2.sh
      exec docker-entrypoint.sh postgres`
    const user = ['-e', 'POSTGRES_USER=ada', '-e', 'POSTGRES_DB=shelf', '-e', 'POSTGRES_PASSWORD_FILE=/tmp/password']
    const container = await startContainer(t, image, [...user, '--entrypoint', 'bash'], ['-c', setUp])
    const answers = (sql: string, answer: RegExp) =>
      eventually(async () => assert.match(await ask(container, sql), answer), { withinMs: 60_000 })
    await answers('select sku from lamps', /^11$/m)

    await docker('restart', container)

    // The scripts of the second start would fail on the table that is there.
    await answers('select count(*) from lamps', /^1$/m)
    // By its own address: loopback is trusted inside the container, on both roads.
    const fromOutside = 'PGPASSWORD=wrong psql -h "$(hostname -i)" -U ada -d shelf -c "select 1"'
    await assert.rejects(docker('exec', container, 'bash', '-c', fromOutside), /password authentication failed/)
  })

  test('runs under another user too, with read-only everything but its data', async t => {
    const options = [
      ...settings,
      '--user',
      '4711:4711',
      '--read-only',
      '--tmpfs',
      '/tmp',
      '--tmpfs',
      '/var/run/postgresql:mode=1777',
    ]

    const container = await startContainer(t, image, [
      ...options,
      '--tmpfs',
      '/var/lib/postgresql/data:uid=4711,mode=700',
    ])

    await eventually(async () => assert.match(await ask(container, 'select 7 * 6'), /^42$/m), { withinMs: 60_000 })
  })

  test('does not start an empty database without a password', async () => {
    await assert.rejects(docker('run', '--rm', '--network', 'none', image), /POSTGRES_PASSWORD/)
  })

  test('ends within seconds, and clean, when it is stopped', async t => {
    const container = await startContainer(t, image, settings)
    await eventually(async () => void (await ask(container, 'select 1')), { withinMs: 60_000 })

    await docker('stop', '--time', '20', container)

    assert.equal((await docker('inspect', '--format', '{{.State.ExitCode}}', container)).trim(), '0')
  })
})

describe('kafka', {
  skip: (await findImage(imageNamed('apache/kafka'))) ? false : 'its image is not on this machine',
}, () => {
  const image = imageNamed('apache/kafka')
  const settings = Object.entries({
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: 'PLAINTEXT://localhost:9092',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_LOG_DIRS: '/var/lib/kafka/data',
    KAFKA_NUM_PARTITIONS: '3',
    KAFKA_HEAP_OPTS: '-Xmx256m',
    CLUSTER_ID: 'TechMartContractTest00',
  }).flatMap(([name, value]) => ['-e', `${name}=${value}`])

  test('turns KAFKA_* into its settings, formats its store, keeps it over a restart, and logs to stdout', async t => {
    const volume = `techmart-contract-${randomUUID().slice(0, 8)}`
    const container = await startContainer(t, image, [...settings, '--volume', `${volume}:/var/lib/kafka/data`])
    t.after(() => docker('volume', 'rm', '--force', volume))
    const answers = () => docker('exec', container, 'bash', '-c', 'exec 3<>/dev/tcp/127.0.0.1/9092')
    await eventually(async () => void (await answers()), { withinMs: 60_000 })
    const topics = (...args: string[]) =>
      docker('exec', container, '/opt/kafka/bin/kafka-topics.sh', '--bootstrap-server', 'localhost:9092', ...args)
    await topics('--create', '--topic', 'orders.placed.v1')

    await docker('restart', container)

    await eventually(async () => void (await answers()), { withinMs: 60_000 })
    assert.match(await topics('--describe', '--topic', 'orders.placed.v1'), /PartitionCount: 3/)
    assert.match(
      await docker('exec', container, 'cat', '/var/lib/kafka/data/meta.properties'),
      /TechMartContractTest00/,
    )
    assert.match(await docker('logs', container), /Kafka Server started/)
  })
})

describe('node', { skip: (await findImage(imageNamed('node'))) ? false : 'its image is not on this machine' }, () => {
  const image = imageNamed('node')

  test('takes a script or an option for node, and runs any other command as it is', async () => {
    assert.equal((await docker('run', '--rm', image, '-p', '6 * 7')).trim(), '42')
    assert.match(await docker('run', '--rm', image, 'id', 'node'), /uid=1000\(node\) gid=1000\(node\)/)
    assert.match(await docker('run', '--rm', '--user', 'node', image, 'npm', '--version'), /^\d+\./)
  })

  test('runs TypeScript as it is', async () => {
    const script = 'echo "const price: number = 1_30; console.log(price)" > /tmp/a.ts && node /tmp/a.ts'

    assert.equal((await docker('run', '--rm', image, 'bash', '-c', script)).trim(), '130')
  })
})

describe('the recipes', () => {
  test('make exactly the images that the contract speaks of', async () => {
    const folders = (await readdir(join(root, 'compose/images'), { withFileTypes: true })).filter(entry =>
      entry.isDirectory(),
    )

    const made = await Promise.all(
      folders.map(async ({ name }) => {
        const [first = ''] = (await readFile(join(root, 'compose/images', name, 'Dockerfile'), 'utf8')).split('\n')
        return first.replace('# image: ', '')
      }),
    )

    assert.deepEqual(made.filter(image => !image.startsWith('techmart/')).sort(), Object.keys(contracts).sort())
  })

  test('make every image that Compose and our Dockerfile name, but for Grafana and Tempo', async () => {
    const files = (await readdir(join(root, 'compose'))).filter(name => name.endsWith('.yml'))
    const texts = await Promise.all(files.map(name => readFile(join(root, 'compose', name), 'utf8')))
    const dockerfile = await readFile(join(root, 'services/Dockerfile'), 'utf8')

    const named = [
      ...texts.flatMap(text => [...text.matchAll(/^\s+image: (\S+)$/gm)].map(match => match[1] ?? '')),
      ...[...dockerfile.matchAll(/^FROM (\S+)/gm)].map(match => match[1] ?? ''),
    ].filter(image => !image.startsWith('techmart/'))

    const withoutRecipe = [...new Set(named)].filter(image => !(image in contracts)).sort()
    assert.deepEqual(
      withoutRecipe.map(image => image.split(':')[0]),
      ['grafana/grafana', 'grafana/tempo'],
    )
  })

  test('name no mirror and no registry', async () => {
    const folders = await readdir(join(root, 'compose/images'), { withFileTypes: true, recursive: true })
    const ours = folders.filter(entry => entry.isFile() && !/^(go\.(mod|sum)|README\.md)$/.test(entry.name))

    for (const { parentPath, name } of ours) {
      const text = await readFile(join(parentPath, name), 'utf8')
      const hosts = [...text.matchAll(/https?:\/\/([\w.-]+)/g)].map(match => match[1] ?? '')
      // Maven's own name for its file format, and the machine itself.
      assert.deepEqual(
        hosts.filter(host => host !== 'maven.apache.org' && host !== 'localhost'),
        [],
        join(parentPath, name),
      )
    }
  })
})

function imageNamed(repository: string): string {
  const image = Object.keys(contracts).find(name => name.startsWith(`${repository}:`))
  assert.ok(image, `the contract has no image ${repository}`)
  return image
}
