import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId } from '../domain/values/ids.ts'

/**
 * The providers whose account stands in a header that nobody signed, each with what finds an id in all of their accounts:
 * ids are unique in all of them, and what a body says is of the account under which it came first. An index over one
 * provider alone serves only queries that write its name out (https://sqlite.org/partialindex.html).
 */
const IN_ANY_ACCOUNT: ReadonlyMap<string, SQL> = new Map([
  ['shopify', sql`refs INDEXED BY refs_of_shopify WHERE refs.provider = 'shopify'`],
])

function isOneOf(ids: readonly PurchaseId[]): SQL {
  return sql`refs.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`
}

/** Under which account one of these ids was claimed first; `null` where none was, or accounts are signed. */
export async function firstAccountOf(
  d1: D1Database,
  provider: string,
  ids: readonly PurchaseId[],
): Promise<string | null> {
  const inAnyAccount = IN_ANY_ACCOUNT.get(provider)
  if (inAnyAccount === undefined) return null
  const row = await drizzle(d1).get<{ account: string } | undefined>(
    sql`SELECT account FROM ${inAnyAccount} AND ${isOneOf(ids)} ORDER BY account LIMIT 1`,
  )
  return row?.account ?? null
}

/** Holds while none of these ids is claimed under another account; nothing to hold where accounts are signed. */
export function sameAccountGuard(
  { provider, account }: ProviderAccount,
  ids: readonly PurchaseId[],
): readonly SQL[] {
  const inAnyAccount = IN_ANY_ACCOUNT.get(provider)
  if (inAnyAccount === undefined) return []
  return [
    sql`INSERT INTO guards (holds) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM ${inAnyAccount} AND ${isOneOf(ids)} AND refs.account <> ${account})`,
  ]
}
