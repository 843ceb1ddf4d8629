import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/** `column IN (…)` with the whole list as one parameter: D1 takes a hundred at most. */
export function inList(column: SQLWrapper, values: readonly (string | number)[]): SQL {
  return sql`${column} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`
}
