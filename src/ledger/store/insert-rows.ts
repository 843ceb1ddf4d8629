import { getTableColumns, getTableName } from 'drizzle-orm'
import { getTableConfig, type SQLiteTable } from 'drizzle-orm/sqlite-core'
import { reservations } from '../../schema/user-tables.ts'

/** What becomes of a row whose key is taken: it aborts the batch, is replaced, or is replaced where it says something else. */
type Mode = 'new' | 'replacing' | 'where_other'

/** The statement that inserts rows of a table, all from one JSON parameter; none for no rows. */
export function insertRows<Table extends SQLiteTable>(
  d1: D1Database,
  table: Table,
  rows: readonly Table['$inferSelect'][],
  mode: Mode = 'new',
): D1PreparedStatement[] {
  return rows.length === 0 ? [] : [d1.prepare(insertSql(table, mode)).bind(JSON.stringify(rows))]
}

/** The end of a lease only ever moves on, whoever writes: another instance may have moved it since it was read. */
const GROWING: ReadonlyMap<SQLiteTable, string> = new Map([[reservations, reservations.endsAt.name]])

const SQL_BY_TABLE: Readonly<Record<Mode, Map<SQLiteTable, string>>> = {
  new: new Map(),
  replacing: new Map(),
  where_other: new Map(),
}

function insertSql(table: SQLiteTable, mode: Mode): string {
  const known = SQL_BY_TABLE[mode].get(table)
  if (known !== undefined) return known

  const columns = Object.entries(getTableColumns(table)).map(([property, { name }]) => ({ property, name }))
  const names = columns.map(({ name }) => name).join(', ')
  const values = columns.map(({ property }) => `value ->> '$.${property}'`).join(', ')
  const insert = `INSERT INTO ${getTableName(table)} (${names}) SELECT ${values} FROM json_each(?1) WHERE true ORDER BY key`
  const sql = `${insert} ${onConflict(table, columns, mode)}`
  SQL_BY_TABLE[mode].set(table, sql)
  return sql
}

function onConflict(table: SQLiteTable, columns: readonly { name: string }[], mode: Mode): string {
  if (mode === 'new') return ''
  const { primaryKeys, indexes } = getTableConfig(table)
  const key = primaryKeys.flatMap((primaryKey) => primaryKey.columns.map(({ name }) => name))
  // What an index is made of never changes, and the index would be written anew if it were assigned.
  const indexed = indexes.flatMap(({ config }) =>
    config.columns.map((column) => ('name' in column ? column.name : '')),
  )
  if (mode === 'where_other') {
    const rest = columns.flatMap(({ name }) => (key.includes(name) ? [] : [name]))
    if (rest.length === 0) return 'ON CONFLICT DO NOTHING'
    const [set, differs] = [
      rest.map((name) => `${name} = excluded.${name}`).join(', '),
      rest.map((name) => `${getTableName(table)}.${name} IS NOT excluded.${name}`).join(' OR '),
    ]
    return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${set} WHERE ${differs}`
  }
  const others = columns.filter(({ name }) => !key.includes(name) && !indexed.includes(name))
  const valueOf = (name: string) =>
    GROWING.get(table) === name ? `max(${getTableName(table)}.${name}, excluded.${name})` : `excluded.${name}`
  const assignments = others.map(({ name }) => `${name} = ${valueOf(name)}`).join(', ')
  return `ON CONFLICT (${key.join(', ')}) DO UPDATE SET ${assignments}`
}
