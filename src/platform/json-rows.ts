import { type SQL, getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type WrittenQuery, writtenQuery } from './written-query.ts'

/** The rows of one kind: an expression that makes one a JSON object, and where they are. */
export interface Part {
  readonly json: SQL
  readonly from: SQL
}

/** A row of `jsonRows`: of which kind it is, and the text of its JSON object. */
export interface JsonRow {
  readonly kind: string
  readonly json: string
}

/**
 * The rows of several small tables by one statement: a statement costs more than the few rows that it finds. D1 takes five
 * parts at most (`SQLITE_LIMIT_COMPOUND_SELECT`).
 */
export function jsonRows(parts: Readonly<Record<string, Part>>): WrittenQuery {
  const selects = Object.entries(parts).map(
    ([kind, { json, from }]) => sql`SELECT ${sql.raw(`'${kind}'`)} AS kind, ${json} AS json FROM ${from}`,
  )
  return writtenQuery(sql.join(selects, sql.raw(' UNION ALL ')))
}

/** All rows that statements of `jsonRows` find together. */
export async function askForRows(
  d1: D1Database,
  statements: readonly D1PreparedStatement[],
): Promise<readonly JsonRow[]> {
  const results = await d1.batch<JsonRow>([...statements])
  return results.flatMap((result) => result.results)
}

/** The rows of one kind, which only who asked for them knows the shape of. */
export function rowsOf(rows: readonly JsonRow[], kind: string): readonly unknown[] {
  return rows.flatMap((row) => (row.kind === kind ? [JSON.parse(row.json) as unknown] : []))
}

/** A row of a table as a JSON object, by the names of its properties. */
export function jsonOf(table: SQLiteTable): SQL {
  const columns = Object.entries(getTableColumns(table))
  const members = columns.map(([property, { name, dataType }]) => {
    const value = `${getTableName(table)}.${name}`
    return `'${property}', ${dataType === 'boolean' ? `json(iif(${value}, 'true', 'false'))` : value}`
  })
  return sql.raw(`json_object(${members.join(', ')})`)
}
