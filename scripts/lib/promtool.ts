// promtool and amtool as a person has them: inside the images of Prometheus and Alertmanager. PROMTOOL or AMTOOL may name a
// binary on this machine instead.
import { execFile } from 'node:child_process'

export interface ToolResult {
  readonly code: number
  /** What it printed, on either stream. */
  readonly output: string
}

interface Tool {
  readonly variable: 'PROMTOOL' | 'AMTOOL'
  readonly image: string
  readonly path: string
}

const promtool: Tool = { variable: 'PROMTOOL', image: 'prom/prometheus:v3.14.0', path: '/bin/promtool' }
const amtool: Tool = { variable: 'AMTOOL', image: 'prom/alertmanager:v0.31.1', path: '/bin/amtool' }

const timeoutMs = 280_000

/** The folder is mounted read-only and is the working directory, so that arguments are paths inside it. */
function run(tool: Tool, folder: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ToolResult> {
  const binary = env[tool.variable]
  const [command, all] = binary
    ? [binary, args]
    : [
        'docker',
        // promtool keeps its samples below /tmp.
        ['run', '--rm', '--network', 'none', '--tmpfs', '/tmp:mode=1777', '-v', `${folder}:/work:ro`, '-w', '/work']
          .concat(['--entrypoint', tool.path, tool.image])
          .concat(args),
      ]
  return new Promise((resolve, reject) => {
    execFile(command, all, { cwd: folder, timeout: timeoutMs, maxBuffer: 50_000_000 }, (error, stdout, stderr) => {
      const code = error ? error.code : 0
      if (typeof code !== 'number') reject(new Error(`${command} could not be run to its end.`, { cause: error }))
      else resolve({ code, output: stdout + stderr })
    })
  })
}

export const runPromtool = (folder: string, args: readonly string[], env = process.env): Promise<ToolResult> =>
  run(promtool, folder, args, env)

export const runAmtool = (folder: string, args: readonly string[], env = process.env): Promise<ToolResult> =>
  run(amtool, folder, args, env)
