// What is stored, and what is done to it: asked of Postgres and Kafka in their own containers.
import { compose } from '../../scripts/lib/docker.ts'
import type { GrowingTable } from './tables.ts'

export interface Volume {
  readonly rows: number
  readonly bytes: number
}

export const databases = ['api', 'inventory', 'payments', 'notifications', 'users'] as const

export const sql = (database: string, text: string): Promise<string> =>
  compose('exec', '-T', 'postgres', 'psql', '-U', 'techmart', '-d', database, '-v', 'ON_ERROR_STOP=1', '-qtAc', text)

export async function listTables(): Promise<{ database: string; table: string }[]> {
  const tables = await Promise.all(
    databases.map(async database => {
      const names = await sql(database, 'SELECT relname FROM pg_stat_user_tables ORDER BY relname')
      return names.split('\n').map(table => ({ database, table }))
    }),
  )
  return tables.flat()
}

export const countMade = async ({ database, table, where }: GrowingTable): Promise<number> =>
  Number(await sql(database, `SELECT count(*) FROM ${table} WHERE ${where}`))

/** Rows that the bound counts, and the size of the whole table with its indexes. */
export async function measure({ database, table, where, counted = where }: GrowingTable): Promise<Volume> {
  const answer = await sql(
    database,
    `SELECT count(*), pg_total_relation_size('${table}') FROM ${table} WHERE ${counted}`,
  )
  const [rows = 0, bytes = 0] = answer.split('|').map(Number)
  return { rows, bytes }
}

/** Adds copies of the rows that traffic made, spread over the last seven days, until there are `wanted`. */
export async function multiply(table: GrowingTable, have: number, wanted: number): Promise<void> {
  if (have === 0 || wanted <= have) return
  const { database, where, fresh } = table
  const described = await sql(
    database,
    `SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE table_name = '${table.table}'
     AND is_identity = 'NO' AND is_generated = 'NEVER' ORDER BY ordinal_position`,
  )
  const columns = described.split('\n').map(line => {
    const [name = '', ...type] = line.split(' ')
    const isTime = type.join(' ') === 'timestamp with time zone'
    return { name, value: fresh[name] ?? (isTime ? `${name} - moved_by` : name) }
  })
  const copies = Math.ceil((wanted - have) / have)
  await sql(
    database,
    `INSERT INTO ${table.table} (${columns.map(({ name }) => name).join(', ')})
     SELECT ${columns.map(({ value }) => value).join(', ')} FROM (
       SELECT made.*, random() * interval '7 days' AS moved_by
       FROM (SELECT * FROM ${table.table} WHERE ${where}) made CROSS JOIN generate_series(1, ${copies})
       LIMIT ${wanted - have}) copied`,
  )
}

/** Time passes for what is stored. */
export const age = ({ database, table, where, age: column }: GrowingTable, days: number): Promise<string> =>
  sql(database, `UPDATE ${table} SET ${column} = ${column} - interval '${days} days' WHERE ${where}`)

export const vacuum = ({ database, table }: GrowingTable): Promise<string> => sql(database, `VACUUM ${table}`)

/** Bytes on the broker's disk by topic. */
export async function measureTopics(): Promise<ReadonlyMap<string, number>> {
  const listed = await compose('exec', '-T', 'kafka', 'bash', '-c', 'du -sk /var/lib/kafka/data/*.v1*')
  const bytes = new Map<string, number>()
  for (const line of listed.split('\n')) {
    const [kibibytes = '0', folder = ''] = line.split('\t')
    const topic = folder.replace(/^.*\//, '').replace(/-\d+$/, '')
    bytes.set(topic, (bytes.get(topic) ?? 0) + Number(kibibytes) * 1_024)
  }
  return bytes
}
