import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildOverride, readSettings } from '../override.ts'

const image = 'techmart/services:0.1.0'
const services = {
  api: { image, command: ['node', '--max-old-space-size=96', 'services/api/src/main.ts'] },
  'history-writer': { image, command: ['node', 'scripts/history/main.ts'] },
  kafka: { image: 'apache/kafka:4.1.1' },
}

test('the service keeps its own command, watched and with an inspector that only this machine reaches', () => {
  const settings = readSettings({ SERVICE: 'api', INSPECT_PORT: '9400' }, services)

  const { api } = (buildOverride(settings) as { services: Record<string, { command: string[]; ports: string[] }> })
    .services

  assert.deepEqual(api?.command.slice(-2), ['--max-old-space-size=96', 'services/api/src/main.ts'])
  assert.ok(api?.command.includes('--watch'))
  assert.deepEqual(api?.ports, ['127.0.0.1:9400:9229'])
})

test('what is no service of ours, and what is no port, is refused at once', () => {
  assert.throws(
    () => readSettings({ SERVICE: 'kafka', INSPECT_PORT: '0x9' }, services),
    /SERVICE is 'kafka'; there are: api\.\nINSPECT_PORT is '0x9'/,
  )
})
