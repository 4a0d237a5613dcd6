// `make replay-dead`: runs where the broker can be reached (scripts/replay-dead.sh). Without FIX and FILE it lists, for people on
// stderr and as the file to edit on stdout; with one of them it puts back. Exit code 0 when done, 2 when something was refused.
import { text } from 'node:stream/consumers'
import type { Topic } from '@techmart/contracts/topics'
import type { TSchema } from 'typebox'
import { type Entry, findProblem, merge, readCorrections, readValue, replayable } from './correct.ts'
import { type DeadLetter, openDeadLetters } from './dead-letters.ts'

const { KAFKA_BROKERS = '', TOPIC = '', FIX = '', OFFSET = '', FROM_STDIN = '' } = process.env
const brokers = KAFKA_BROKERS.split(',')
const tell = (line: string): void => console.error(line)

async function countAll(): Promise<void> {
  for (const topic of replayable.keys()) {
    await using letters = await openDeadLetters(brokers, topic)
    tell(`${topic.name}: ${letters.waiting.length} waiting`)
  }
  tell('\nmake replay-dead TOPIC=… lists those of one topic.')
}

function tellLetter(letter: DeadLetter, schema: TSchema): void {
  const traceId = letter.headers.traceparent?.split('-')[1]
  tell(`${letter.offset}  ${letter.at.toISOString()}  key ${letter.key || '(none)'}  from ${letter.source}`)
  tell(`   ${letter.reason}`)
  const problem = findProblem(schema, readValue(letter))
  if (problem !== undefined) tell(`   to correct: ${problem}`)
  if (traceId) tell(`   trace ${traceId}`)
}

function list(waiting: readonly DeadLetter[], schema: TSchema): void {
  for (const letter of waiting) tellLetter(letter, schema)
  tell(`${waiting.length} of ${TOPIC} waiting`)
  const entries = waiting.map(letter => ({ offset: letter.offset, reason: letter.reason, value: readValue(letter) }))
  console.log(JSON.stringify(entries, undefined, 2))
}

/** What the person wants put back. */
async function readEntries(waiting: readonly DeadLetter[]): Promise<readonly Entry[]> {
  if (FROM_STDIN === '1') return JSON.parse(await text(process.stdin)) as Entry[]
  const patch: unknown = JSON.parse(FIX)
  const chosen = waiting.filter(letter => OFFSET === '' || letter.offset === OFFSET)
  if (OFFSET !== '' && chosen.length === 0) throw new Error(`Letter ${OFFSET} does not wait among the dead letters.`)
  return chosen.map(letter => ({ offset: letter.offset, value: merge(readValue(letter), patch) }))
}

async function replay(topic: Topic, schema: TSchema): Promise<void> {
  await using letters = await openDeadLetters(brokers, topic)
  if (FIX === '' && FROM_STDIN !== '1') return list(letters.waiting, schema)
  const corrections = readCorrections(schema, letters.waiting, await readEntries(letters.waiting))
  for (const { letter, value } of corrections) {
    await letters.putBack(letter, value)
    tell(`put back: letter ${letter.offset}, key ${letter.key}`)
  }
  tell(`${corrections.length} put back, ${letters.waiting.length - corrections.length} waiting`)
}

try {
  const found = [...replayable].find(([topic]) => topic.name === TOPIC)
  if (TOPIC === '') await countAll()
  else if (found) await replay(...found)
  else throw new Error(`TOPIC is '${TOPIC}'; there are: ${[...replayable.keys()].map(({ name }) => name).join(', ')}.`)
} catch (error) {
  tell(error instanceof Error ? error.message : String(error))
  process.exitCode = 2
}
