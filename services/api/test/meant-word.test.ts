import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countSlips, pickMeantWord } from '../src/meant-word.ts'

for (const [one, other, slips] of [
  ['lamp', 'lamp', 0],
  ['lapm', 'lamp', 1],
  ['lam', 'lamp', 1],
  ['lammp', 'lamp', 1],
  ['lump', 'lamp', 1],
  ['haedphnes', 'headphones', 2],
  ['', 'lamp', 4],
  ['knife', 'lamp', 5],
] as const) {
  test(`from "${one}" to "${other}" it is ${slips} slips, both ways`, () => {
    assert.equal(countSlips(one, other), slips)
    assert.equal(countSlips(other, one), slips)
  })
}

for (const [typed, likeWords, meant] of [
  ['lamp', ['lamps', 'lamp'], 'lamp'],
  ['lapm', ['lap', 'lamp'], 'lap'],
  ['kettel', ['settle', 'kettle'], 'kettle'],
  ['hedphones', ['headphones', 'phones'], 'headphones'],
  ['headph', ['head', 'headphones'], 'headphones'],
  ['hedphnes', ['head', 'headphones'], 'headphones'],
  ['ktle', ['kettle'], undefined],
  ['cat', ['knife', 'bag'], undefined],
  ['cat', [], undefined],
] as const) {
  test(`"${typed}" among ${likeWords.join(', ') || 'nothing'} means ${meant ?? 'none of them'}`, () => {
    assert.equal(pickMeantWord(typed, likeWords), meant)
  })
}
