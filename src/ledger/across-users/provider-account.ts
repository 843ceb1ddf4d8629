import { type SQL, sql } from 'drizzle-orm'
import type { SourceKey } from '../../domain/command.ts'

/** One account of a provider: its ids mean nothing in another. */
export type ProviderAccount = Pick<SourceKey, 'provider' | 'account'>

/** Of a table by its name, or what it goes by in a query: whether a row is of that account. */
export function rowOf({ provider, account }: ProviderAccount): (table: SQL) => SQL {
  return (table) => sql`${table}.provider = ${provider} AND ${table}.account = ${account}`
}
