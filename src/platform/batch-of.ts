import type { SQLWrapper } from 'drizzle-orm'
import { SQLiteAsyncDialect } from 'drizzle-orm/sqlite-core'

const dialect = new SQLiteAsyncDialect()

/** Carries out statements together or not at all: Drizzle's own batch takes none that is written out. */
export async function batchOf(
  d1: D1Database,
  statements: readonly SQLWrapper[],
): Promise<readonly D1Result[]> {
  return d1.batch(
    statements.map((statement) => {
      const { sql, params } = dialect.sqlToQuery(statement.getSQL())
      return d1.prepare(sql).bind(...params)
    }),
  )
}
