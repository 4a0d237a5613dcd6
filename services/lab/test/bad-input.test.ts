// Times that no clock shows and texts that no file can keep are refused by their field, before they are reckoned with.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { badWordsOfFormats } from '@techmart/platform/testing-bad-values'
import { buildTestLab } from './build-test-app.ts'
import { paymentsFailing } from './fixtures.ts'

const mark = { kind: 'note', text: 'Somebody looked at it.' }
const noTimes = badWordsOfFormats['date-time'] ?? []
const noTexts = ['\u0000', 'a\u0000b', '\ud800', 'a\udc00b', '   ']

for (const [url, body, field, words] of [
  ['/lab/marks', mark, 'at', noTimes],
  ['/lab/faults', paymentsFailing, 'startsAt', noTimes],
  ['/lab/marks', mark, 'text', noTexts],
  ['/lab/faults', paymentsFailing, 'reason', noTexts],
  ['/lab/faults', paymentsFailing, 'target', noTexts],
  ['/lab/faults', paymentsFailing, 'journey', noTexts],
  ['/lab/faults/:id', undefined, 'id', badWordsOfFormats.uuid ?? []],
  ['/lab/inbox', undefined, 'alertname', ['\u0000', 'a\u0000b', '   ']],
  ['/lab/inbox', undefined, 'after', ['-1', '1e999', '9'.repeat(40), '1.5']],
  ['/lab/incidents/:id', undefined, 'id', ['0', '1e999', '9'.repeat(40), '1.5']],
] as const) {
  test(`${url} refuses a wrong ${field} and names it`, async t => {
    const { app } = buildTestLab(t)

    for (const word of words) {
      const reply = await app.inject(
        body
          ? { method: 'POST', url, body: { ...body, [field]: word } }
          : url.includes(':id')
            ? {
                method: url.startsWith('/lab/faults') ? 'DELETE' : 'GET',
                url: url.replace(':id', encodeURIComponent(word)),
              }
            : `${url}?${field}=${encodeURIComponent(word)}`,
      )
      const said = `${JSON.stringify(word)} → ${reply.statusCode} ${reply.body}`
      assert.equal(reply.statusCode, 400, said)
      assert.equal(reply.json().field.split('.').at(-1), field, said)
    }
    assert.deepEqual((await app.inject('/lab/marks')).json(), { marks: [] })
    assert.deepEqual((await app.inject('/lab/fault-records')).json(), { faults: [] })
  })
}
