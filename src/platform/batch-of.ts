import type { SQLWrapper } from 'drizzle-orm'
import { writtenQuery } from './written-query.ts'

/** Carries out statements together or not at all: Drizzle's own batch takes none that is written out. */
export async function batchOf(
  d1: D1Database,
  statements: readonly SQLWrapper[],
): Promise<readonly D1Result[]> {
  return d1.batch(statements.map((statement) => writtenQuery(statement.getSQL())(d1)))
}
