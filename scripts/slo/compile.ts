// From the three files that people write to the text of every rule file. Reads, but writes nothing.
import { readFile } from 'node:fs/promises'
import { readObjectives } from './objectives.ts'
import { toRuleFileText } from './rule.ts'
import { buildRuleFiles } from './rule-files.ts'
import { readExpectedJobs } from './services.ts'
import { readWindows, speedNames } from './windows.ts'

/** Path below the repository's root → text. */
export type CompiledRules = ReadonlyMap<string, string>

export async function compileRules(root: URL): Promise<CompiledRules> {
  const read = (path: string) => readFile(new URL(path, root), 'utf8')
  const objectives = readObjectives(await read('prometheus/slo/objectives.yml'))
  const windows = readWindows(await read('prometheus/slo/windows.yml'))
  const jobs = readExpectedJobs(await read('prometheus/slo/services.yml'))
  return new Map(
    speedNames.flatMap(name =>
      buildRuleFiles({ objectives, jobs, speed: windows[name] }).map(
        file => [`prometheus/rules/${name}/${file.file}`, toRuleFileText(file)] as const,
      ),
    ),
  )
}
