import { type SQL, sql } from 'drizzle-orm'

/** In SQL, what `referenceAccount` says of a provider and its account. */
export function referenceAccountIn(provider: SQL, account: SQL): SQL {
  return sql`CASE ${provider} WHEN 'stripe' THEN ${account} ELSE '' END`
}
