// `make dev SERVICE=api`. Ends with Ctrl-C. Exit code 0 when the service is back as it was, 2 when it could not begin.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { compose, composeArguments, composeWith, readComposedServices } from '../lib/docker.ts'
import { buildOverride, readSettings, type Settings } from './override.ts'

/** Until Ctrl-C, or until the logs end because the lab did. */
async function follow(file: string, service: string): Promise<void> {
  const stopped = new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, resolve)
  })
  const args = composeArguments([file], 'logs', '--follow', '--no-log-prefix', '--tail', '0', service)
  const logs = spawn('docker', args, { stdio: ['ignore', 'inherit', 'inherit'] })
  await Promise.race([stopped, once(logs, 'close')])
  logs.kill()
}

async function develop(settings: Settings): Promise<void> {
  const { service, inspectPort } = settings
  const replicas = (await compose('ps', '--quiet', service)).split('\n').filter(Boolean).length
  if (replicas === 0) throw new Error(`${service} is not running. \`make up\` starts it.`)
  const file = `.lab/dev-${service}.json`
  await mkdir('.lab', { recursive: true })
  await writeFile(file, JSON.stringify(buildOverride(settings), undefined, 2))
  const up = (files: string[], count: number) =>
    composeWith(files, 'up', '--detach', '--no-deps', '--no-build', '--scale', `${service}=${count}`, service)
  try {
    await up([file], 1)
    console.log(`${service} runs from services/ and starts again when a file changes.`)
    console.log(
      `Inspector: 127.0.0.1:${inspectPort} (chrome://inspect, or your editor's "attach to Node"). Ctrl-C ends it.\n`,
    )
    await follow(file, service)
  } finally {
    console.log(`\n${service} goes back to its image.`)
    await up([], replicas)
    await rm(file, { force: true })
  }
}

try {
  await develop(readSettings(process.env, await readComposedServices()))
  process.exitCode = 0
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 2
}
process.exit()
