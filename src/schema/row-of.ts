import { type SQL, sql } from 'drizzle-orm'

/** Of a table by its name, or what it goes by in a query: whether a row is of that account. */
export function rowOf({
  provider,
  account,
}: {
  readonly provider: string
  readonly account: string
}): (table: SQL) => SQL {
  return (table) => sql`${table}.provider = ${provider} AND ${table}.account = ${account}`
}
