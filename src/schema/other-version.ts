import { type SQL, sql } from 'drizzle-orm'

/** In SQL, a row for `guards`, which ends its batch, where by now another version is there than a change rests on. */
export function otherVersion(condition: number | 'any' | null, version: SQL): SQL {
  const wanted = typeof condition === 'number' ? condition : null
  return sql`SELECT 0 WHERE ${wanted} <> coalesce(${version}, 0)`
}
