import { type Query, type SQL, fillPlaceholders } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'

/** Makes a statement of a query with the values of its placeholders, by name. */
export type WrittenQuery = (d1: D1Database, values?: Readonly<Record<string, string>>) => D1PreparedStatement

const dialect = new SQLiteAsyncDialect()

/**
 * A query that is put into words once, and asked with other values each time: what an object asks as it starts takes Drizzle
 * longer to write than SQLite to answer.
 */
export function writtenQuery(query: SQL): WrittenQuery {
  let written: Query | null = null
  return (d1, values = {}) => {
    written ??= dialect.sqlToQuery(query)
    return d1.prepare(written.sql).bind(...fillPlaceholders(written.params, values))
  }
}
