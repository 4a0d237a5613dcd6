// The recipes of compose/images against the contract, the Compose files and the rule that no host is named.
import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { contracts, root } from './local-images.ts'

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
