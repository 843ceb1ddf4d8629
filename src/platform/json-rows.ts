import { type SQL, getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'

/** The rows of one kind: an expression that makes one a JSON object, and where they are. */
export interface Part {
  readonly json: SQL
  readonly from: SQL
}

/** What is selected from `jsonRows`: of which kind a row is, and the text of its JSON object. */
export const JSON_ROW = { kind: sql<string>`kind`, json: sql<string>`json` }

/** A row of `jsonRows`. */
export interface JsonRow {
  readonly kind: string
  readonly json: string
}

/**
 * The rows of several small tables by one statement: a statement costs more than the few rows that it finds. D1 takes five
 * parts at most (`SQLITE_LIMIT_COMPOUND_SELECT`).
 */
export function jsonRows(parts: Readonly<Record<string, Part>>): SQL {
  const selects = Object.entries(parts).map(
    ([kind, { json, from }]) => sql`SELECT ${sql.raw(`'${kind}'`)} AS kind, ${json} AS json FROM ${from}`,
  )
  return sql`(${sql.join(selects, sql.raw(' UNION ALL '))})`
}

/** The rows of one kind, which only who asked for them knows the shape of. */
export function rowsOf(rows: readonly JsonRow[], kind: string): readonly unknown[] {
  return rows.flatMap((row) => (row.kind === kind ? [JSON.parse(row.json) as unknown] : []))
}

/** A row of a table as a JSON object, by the names of its properties. The table must have no boolean column. */
export function jsonOf(table: SQLiteTable): SQL {
  const columns = Object.entries(getTableColumns(table))
  const members = columns.map(([property, { name }]) => `'${property}', ${getTableName(table)}.${name}`)
  return sql.raw(`json_object(${members.join(', ')})`)
}
