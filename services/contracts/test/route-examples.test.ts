import assert from 'node:assert/strict'
import { test } from 'node:test'
import { edgeRoutes, publicRoutes } from '@techmart/contracts/public-routes'
import { pathOf } from '@techmart/contracts/route'
import { exampleOf } from '@techmart/contracts/route-examples'
import { Compile } from 'typebox/compile'

const routes = [...publicRoutes.map(({ route }) => route), ...edgeRoutes]

for (const route of routes) {
  test(`the example of ${route.method} ${route.path} is right by its schemas`, () => {
    const example = exampleOf(route)
    const { params, querystring, headers, body } = route.schema

    for (const [schema, value] of [
      [params, example.params],
      [querystring, example.query],
      [headers, example.headers],
      [body, example.body],
    ] as const) {
      const problems = schema === undefined ? [] : Compile(schema).Errors(value ?? {})
      assert.deepEqual([...problems], [])
    }
    assert.ok(pathOf(route, example.params).startsWith('/api/'))
  })
}

test('every public route says who may, once a method and path', () => {
  const names = routes.map(({ method, path }) => `${method} ${path}`)

  assert.deepEqual(
    routes.filter(({ access }) => access === undefined).map(({ path }) => path),
    [],
  )
  assert.equal(new Set(names).size, names.length)
})
