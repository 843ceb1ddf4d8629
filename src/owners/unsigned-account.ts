import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'

// Of a provider that signs no account, ids are unique in all of them. It is named outright, for the sake of the index.

const isClaimed = (ids: readonly string[]) =>
  sql`refs.provider = 'shopify' AND refs.id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`

/** Under which account one of these ids was claimed first, `null` where none was. */
export async function firstAccountOf(d1: D1Database, ids: readonly string[]): Promise<string | null> {
  const row = await drizzle(d1).get<{ account: string } | undefined>(
    sql`SELECT account FROM refs INDEXED BY refs_of_shopify WHERE ${isClaimed(ids)} ORDER BY account LIMIT 1`,
  )
  return row?.account ?? null
}

/** Holds while none of these ids is claimed under another account; nothing to hold where accounts are signed. */
export function sameAccountGuard(
  { provider, account }: ProviderAccount,
  ids: readonly string[],
): readonly SQL[] {
  if (provider !== 'shopify') return []
  return [
    sql`INSERT INTO guards (holds) SELECT 0 WHERE EXISTS (
      SELECT 1 FROM refs INDEXED BY refs_of_shopify WHERE ${isClaimed(ids)} AND refs.account <> ${account})`,
  ]
}
