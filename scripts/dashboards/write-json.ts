// JSON for people who read differences: what fits on a line stays on one.
const lineWidth = 120

export function writeJson(value: unknown, indent = ''): string {
  const flat = JSON.stringify(value)
  if (value === null || typeof value !== 'object' || indent.length + flat.length <= lineWidth) return flat
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    return `[\n${value.map(item => deeper + writeJson(item, deeper)).join(',\n')}\n${indent}]`
  }
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .map(([name, field]) => `${deeper}${JSON.stringify(name)}: ${writeJson(field, deeper)}`)
  return `{\n${fields.join(',\n')}\n${indent}}`
}
