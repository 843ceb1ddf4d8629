import { type SQL, getTableColumns, getTableName, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { type WrittenQuery, writtenQuery } from './written-query.ts'

/** The rows of one kind: an expression that makes one a JSON object, and where they are. */
export interface Part {
  readonly json: SQL
  readonly from: SQL
}

/** By the kind of its rows. */
export type Parts = Readonly<Record<string, Part>>

/** A row of `jsonRows`: of which kind it is, and the text of its JSON object. */
export interface JsonRow {
  readonly kind: string
  readonly json: string
}

/** D1 takes no more than five beside each other (`SQLITE_LIMIT_COMPOUND_SELECT`), but each may be made of five again. */
const TERMS_MAX = 5

/** The rows of several small tables by one statement: a statement costs more than the few rows that it finds. */
export function jsonRows(parts: Parts): WrittenQuery {
  const selects = Object.entries(parts).map(
    ([kind, { json, from }]) => sql`SELECT ${sql.raw(`'${kind}'`)} AS kind, ${json} AS json FROM ${from}`,
  )
  return writtenQuery(unionOf(selects))
}

function unionOf(selects: readonly SQL[]): SQL {
  if (selects.length <= TERMS_MAX) return sql.join([...selects], sql.raw(' UNION ALL '))
  const groups = Array.from({ length: Math.ceil(selects.length / TERMS_MAX) }, (_one, index) =>
    unionOf(selects.slice(index * TERMS_MAX, (index + 1) * TERMS_MAX)),
  )
  return unionOf(groups.map((group) => sql`SELECT kind, json FROM (${group})`))
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
