// docs/rights.md is what people read, the contracts are what is enforced: they say the same.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { roles } from '@techmart/contracts/identity'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import type { Right } from '@techmart/contracts/route'

const words: Readonly<Record<Right, string>> = { all: 'yes', own: 'own', none: 'no' }

test('the table of rights in the documents is what the contracts say, route by route', async () => {
  const text = await readFile(new URL('../../../docs/rights.md', import.meta.url), 'utf8')
  const routes = [...publicRoutes, ...edgeRoutes.map(route => ({ service: 'gateway', route }))]

  const documented = text.split('\n').filter(line => line.startsWith('| `') && line.includes('/api/'))

  const wanted = routes.map(({ service, route: { method, path, access } }) => {
    const cells = roles.map(role => (access === undefined ? '?' : words[access[role]]))
    return `| \`${method} ${path}\` | ${service} | ${cells.join(' | ')} |`
  })
  assert.deepEqual(documented, wanted)
})
