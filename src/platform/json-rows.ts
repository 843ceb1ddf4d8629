import { type Column, type SQL, getTableColumns, getTableName, sql } from 'drizzle-orm'
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

/** All rows that queries of `jsonRows` find together. As a batch, of which D1 tells how full it is. */
export async function askForRows(
  d1: D1Database,
  queries: readonly WrittenQuery[],
  values?: Parameters<WrittenQuery>[1],
): Promise<readonly JsonRow[]> {
  const results = await d1.batch<JsonRow>(queries.map((query) => query(d1, values)))
  return results.flatMap((result) => result.results)
}

/** The rows of one kind, which only who asked for them knows the shape of. */
export function rowsOf(rows: readonly JsonRow[], kind: string): readonly unknown[] {
  return rows.flatMap((row) => (row.kind === kind ? [JSON.parse(row.json) as unknown] : []))
}

/** D1 takes no more in one call of a function (https://developers.cloudflare.com/d1/platform/limits/). */
const ARGUMENTS_MAX = 32

/**
 * A row of a table as a JSON object, by the names of its properties. The table must have no boolean column, and sixteen columns
 * at most: of others there is `jsonListOf`.
 */
export function jsonOf(table: SQLiteTable): SQL {
  const columns = Object.entries(getTableColumns(table))
  return call(
    'json_object',
    columns.flatMap(([property, column]) => [`'${property}'`, nameOf(column)]),
  )
}

/** A row of a table as a JSON array, as it is stored: `rowOf` tells what it says. */
export function jsonListOf(table: SQLiteTable): SQL {
  return call('json_array', Object.values(getTableColumns(table)).map(nameOf))
}

/** The row that a `jsonListOf` has. */
export function rowOf<Table extends SQLiteTable>(
  table: Table,
  list: readonly unknown[],
): Table['$inferSelect'] {
  const columns = Object.entries(getTableColumns(table))
  return Object.fromEntries(
    columns.map(([property, column], index) => {
      const value = list[index] ?? null
      return [property, value === null ? null : column.mapFromDriverValue(value)]
    }),
  )
}

function nameOf({ table, name }: Column): string {
  return `${getTableName(table)}.${name}`
}

function call(name: 'json_object' | 'json_array', values: readonly string[]): SQL {
  if (values.length > ARGUMENTS_MAX)
    throw new Error(`D1 takes ${ARGUMENTS_MAX} arguments, and not ${values.length}`)
  return sql.raw(`${name}(${values.join(', ')})`)
}
