import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'

/**
 * By which of the ids that somebody may mean a purchase is known, each purchase once: by the first alone where that is,
 * for it is the one that was written; else by all that are.
 */
export async function knownPurchases(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ids: readonly string[],
): Promise<readonly string[]> {
  const rows = await drizzle(d1).all<{ id: string; sourceId: string }>(sql`
    SELECT asked.value AS id, coalesce(refs.source_ref, asked.value) AS sourceId
    FROM json_each(${JSON.stringify(ids)}) asked
    LEFT JOIN refs ON refs.provider = ${provider} AND refs.account = ${account} AND refs.id = asked.value
    WHERE refs.id IS NOT NULL
      OR EXISTS (SELECT 1 FROM names WHERE provider = ${provider} AND account = ${account} AND id = asked.value)
      OR EXISTS (
        SELECT 1 FROM inbox_waits
        WHERE provider = ${provider} AND account = ${account} AND key = 'ref:' || asked.value
      )
    ORDER BY asked.key`)
  const written = rows.find(({ id }) => id === ids[0])
  if (written !== undefined) return [written.id]
  return [...Map.groupBy(rows, ({ sourceId }) => sourceId).values()].flatMap(([first]) => first?.id ?? [])
}
