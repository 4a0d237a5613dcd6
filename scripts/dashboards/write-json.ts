// JSON for people who read differences: what fits on a line stays on one.
const lineWidth = 120

/** The builders leave functions and undefined fields behind: the first pass drops them, as JSON does. */
export const writeJson = (value: unknown): string => write(JSON.parse(JSON.stringify(value)), '')

function write(value: unknown, indent: string): string {
  const flat = JSON.stringify(value)
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= lineWidth) return flat
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map(item => deeper + write(item, deeper)).join(',\n')}\n${indent}]`
  }
  const fields = Object.entries(value).map(
    ([name, field]) => `${deeper}${JSON.stringify(name)}: ${write(field, deeper)}`,
  )
  return `{\n${fields.join(',\n')}\n${indent}}`
}
