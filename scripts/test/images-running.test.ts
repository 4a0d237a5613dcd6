// What databases, brokers and Node's image do when they run, whether pulled or made here.
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { docker, findImage, imageNamed, startContainer } from './local-images.ts'

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
