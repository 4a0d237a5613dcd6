// `make smoke` against the running lab: every route of the contracts answers as it should, and nothing is left that grows.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { smokeRoutes } from '../../smoke/routes.ts'
import { ask, tokens, urls } from './lab.ts'

const smoke = (storeUrl: string): Promise<{ code: number; output: string }> =>
  new Promise(resolve => {
    const env = { ...process.env, STORE_URL: storeUrl }
    execFile(process.execPath, ['scripts/smoke/main.ts'], { env, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
    )
  })

/** Accounts and products that a smoke may have left behind. */
async function leftovers(): Promise<readonly string[]> {
  const users = await ask(`${urls.store}/api/users?pageSize=100`, { token: tokens.admin })
  const found = await ask(`${urls.store}/api/products/search?q=smoke%20detector`)
  const names = (list: readonly { name?: string; email?: string }[]) =>
    list.map(({ name, email }) => `${email ?? name}`)
  return [...names(users.body.users), ...names(found.body.products)].filter(text => /smoke/i.test(text))
}

test('make smoke calls every route, says how each answered, and finds all of them right', async t => {
  const { code, output } = await smoke(urls.store)

  t.diagnostic(output)
  assert.equal(code, 0, output)
  for (const { method, path } of smokeRoutes) assert.match(output, new RegExp(`${method} ${path} +\\d{3} +\\d+ ms`))
  assert.match(
    output,
    new RegExp(`${smokeRoutes.length} routes of .*: ${smokeRoutes.length} right, 0 wrong, 0 left out`),
  )
})

test('a second smoke leaves nothing behind that the first one had not left', async () => {
  const before = await leftovers()

  const { code, output } = await smoke(urls.store)

  assert.equal(code, 0, output)
  assert.deepEqual(await leftovers(), before)
  assert.ok(before.length <= 1, before.join(', '))
})

test('make smoke fails where nobody answers', async () => {
  const { code, output } = await smoke('http://127.0.0.1:9')

  assert.equal(code, 1)
  assert.match(output, / 0 right/)
})
