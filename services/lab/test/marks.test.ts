// What somebody did to the lab from outside, as they wrote it down, and what follows from it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkout, startStory } from './incident-story.ts'

test('what was stopped from outside is a cause by its marks', async t => {
  const story = startStory(t)
  await story.mark({ kind: 'broken', text: 'api was stopped', service: 'api', scenario: 'api-dead' })
  story.pass(40)
  await story.fire({ alertname: 'ServiceDown', job: 'api' })
  await story.mark({ kind: 'healed', text: 'api was started', service: 'api', scenario: 'api-dead' })
  story.pass(8)
  await story.mark({ kind: 'recovered', text: 'well again', scenario: 'api-dead' })

  const [incident] = await story.incidents()

  assert.deepEqual(
    [incident?.cause?.kind, incident?.cause?.name, incident?.detectSeconds, incident?.recoverSeconds],
    ['broken', 'api-dead', 40, 8],
  )
})

test('a deployment shortly before is suspected, one long ago is not', async t => {
  const story = startStory(t)
  await story.mark({ kind: 'deploy', text: 'version 2', service: 'api' })
  story.pass(90)
  await story.fire(checkout)
  await story.mark({ kind: 'rollback', text: 'version 1', service: 'api' })
  story.pass(60)
  await story.resolve(checkout)
  story.pass(3600)
  await story.fire({ cuj_name: 'product-search' })

  const [later, first] = await story.incidents()

  assert.deepEqual([first?.cause?.kind, first?.cause?.name, first?.detectSeconds], ['deploy', 'api', 90])
  assert.equal(first?.healedAt, '2026-11-20T14:01:30.000Z')
  assert.equal(later?.cause, null)
})

test('a deployment marks dashboards for some seconds', async t => {
  const story = startStory(t)

  await story.mark({ kind: 'deploy', text: 'version 2', service: 'api' })

  assert.deepEqual(await story.readMetric('lab_deploy_mark'), ['lab_deploy_mark{service="api",kind="deploy"} 1'])
})

test('a mark of yesterday is refused', async t => {
  const { app } = startStory(t)

  const reply = await app.inject({
    method: 'POST',
    url: '/lab/marks',
    body: { kind: 'deploy', text: 'version 2', at: '2026-11-19T14:00:00Z' },
  })

  assert.deepEqual([reply.statusCode, reply.json().field], [400, 'body.at'])
})
