// What a person does to have a receiver of their own: takes the comment signs off one block of alertmanager.yml.

export function findBlock(config: string, name: string): string {
  const [, block = ''] = new RegExp(`^ *#: ${name}\\n((?: *# .*\\n)+)`, 'm').exec(config) ?? []
  if (block === '') throw new Error(`alertmanager.yml has no commented block '#: ${name}'.`)
  return block
}

export function uncomment(config: string, name: string): string {
  const block = findBlock(config, name)
  return config.replace(block, () => block.replace(/^( *)# /gm, '$1'))
}
