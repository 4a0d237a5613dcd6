// prometheus/slo/services.yml: the jobs whose silence is an alert.
import { parse } from 'yaml'
import { SpecError } from './spec-reader.ts'

export interface ExpectedJobs {
  readonly services: readonly string[]
  readonly machinery: readonly string[]
}

const isNames = (value: unknown): value is string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(name => typeof name === 'string' && /^[a-z][a-z-]*$/.test(name))

export function readExpectedJobs(text: string, file = 'prometheus/slo/services.yml'): ExpectedJobs {
  const { services, machinery, ...rest } = (parse(text) ?? {}) as Record<string, unknown>
  const allowed = 'a list of job names in small letters, such as [api, payments]'
  const problems = Object.keys(rest).map(
    name => `${file}: ${name}: is not a field of this file. Allowed: services, machinery.`,
  )
  if (!isNames(services)) problems.push(`${file}: services: is not understood. Allowed: ${allowed}.`)
  if (!isNames(machinery)) problems.push(`${file}: machinery: is not understood. Allowed: ${allowed}.`)
  if (problems.length > 0 || !isNames(services) || !isNames(machinery)) throw new SpecError(problems)
  return { services, machinery }
}
