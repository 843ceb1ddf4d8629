import { type SQL, sql } from 'drizzle-orm'

/** In SQL, whether a row of a table is of an account; the table by its name, or by what it goes by in the query. */
export function accountCondition({
  provider,
  account,
}: {
  readonly provider: string
  readonly account: string
}): (table: SQL) => SQL {
  return (table) => sql`${table}.provider = ${provider} AND ${table}.account = ${account}`
}
