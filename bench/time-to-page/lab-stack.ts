// A lab of its own for one trial: another project name, free ports, fresh volumes, so that its hour is warm (seeded history) and
// holds nothing of the trial before.
import { spawn } from 'node:child_process'
import { findFreePort } from '../../scripts/lib/free-port.ts'
import { rootFolder } from '../../scripts/lib/images.ts'

export interface LabStack {
  readonly storeUrl: string
  readonly prometheusUrl: string
  readonly grafanaUrl: string
  /** Names this lab to Compose. */
  readonly env: NodeJS.ProcessEnv
}

function runScript(script: string, args: readonly string[], env: NodeJS.ProcessEnv, stop?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // A group of its own: Ctrl-C reaches this program, which then ends the lab in order.
    const child = spawn(script, args, { cwd: rootFolder, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    const end = () => child.pid && process.kill(-child.pid, 'SIGTERM')
    stop?.addEventListener('abort', end, { once: true })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', chunk => {
        output += chunk
      })
    child.once('error', reject)
    child.once('close', code => {
      stop?.removeEventListener('abort', end)
      if (code === 0) resolve()
      else reject(new Error(`${script} ended with ${code}:\n${output.split('\n').slice(-30).join('\n')}`))
    })
  })
}

/** Starts a lab and puts its end, data included, on `opened` before anything runs. */
export async function openLabStack(
  opened: AsyncDisposableStack,
  project: string,
  stop: AbortSignal,
  speed: 'real' | 'lab' = 'real',
): Promise<LabStack> {
  const [store, grafana, prometheus, alertmanager, otlp, containerLog] = await Promise.all(
    Array.from({ length: 6 }, findFreePort),
  )
  const env = {
    ...process.env,
    COMPOSE_PROJECT_NAME: project,
    SLO_SPEED: speed,
    LAB_QUIET: '1',
    LAB_COMPOSE_FILES: '',
    STORE_PORT: String(store),
    GRAFANA_PORT: String(grafana),
    PROMETHEUS_PORT: String(prometheus),
    ALERTMANAGER_PORT: String(alertmanager),
    OTLP_PORT: String(otlp),
    CONTAINER_LOG_PORT: String(containerLog),
  }
  opened.defer(() => runScript('scripts/down.sh', ['--volumes'], env))
  await runScript('scripts/up.sh', [], env, stop)
  return {
    storeUrl: `http://localhost:${store}`,
    prometheusUrl: `http://localhost:${prometheus}`,
    grafanaUrl: `http://localhost:${grafana}`,
    env,
  }
}
