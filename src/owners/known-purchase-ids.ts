import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId, SourceId } from '../domain/values/ids.ts'

/**
 * Which of the ids that somebody may mean are known to stand for a purchase, one for each purchase: the first alone where
 * it is known, for it is the one that was written; else all that are.
 */
export async function knownPurchaseIds(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ids: readonly PurchaseId[],
): Promise<readonly PurchaseId[]> {
  const rows = await drizzle(d1).all<{ id: PurchaseId; sourceId: SourceId }>(sql`
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
