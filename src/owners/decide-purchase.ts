import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import type { PurchaseId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import type { OwnerChange } from './change-user.ts'
import { claimPurchaseIds } from './claim-purchase-ids.ts'
import { stateOfPurchase } from './purchase.ts'

/** What came of a word by hand on whose a purchase is. */
type PurchaseDecision =
  { readonly type: 'unknown' } | { readonly type: 'decided'; readonly change: OwnerChange | null }

/** Gives a purchase to a user by hand, whatever its names say; `null` takes that back, and names decide again. */
export async function decidePurchase(
  d1: D1Database,
  of: ProviderAccount,
  {
    ids,
    userId,
    now,
  }: {
    /** All of one purchase. */
    readonly ids: readonly PurchaseId[]
    readonly userId: UserId | null
    readonly now: Instant
  },
): Promise<PurchaseDecision> {
  const { source, names } = await stateOfPurchase(d1, of, ids)
  const [waited] = source === null ? await idsWaitedFor(d1, of, ids) : []
  const id = source?.sourceId ?? names[0]?.id ?? waited
  if (id === undefined) return { type: 'unknown' }
  if (userId === null && !names.some(({ rank }) => rank === 'hand')) return { type: 'decided', change: null }
  const word = { id, rank: 'hand', customerId: '', toldAt: now } as const
  const claim = {
    ids: [id],
    customerId: null,
    names: userId === null ? [] : [{ ...word, userId }],
    isKept: true,
    isNaming: true,
    isHandLifted: true,
  }
  const { change } = await claimPurchaseIds(d1, of, claim, now)
  return { type: 'decided', change }
}

async function idsWaitedFor(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ids: readonly PurchaseId[],
): Promise<readonly PurchaseId[]> {
  const rows = await drizzle(d1).all<{ id: PurchaseId }>(sql`
    SELECT asked.value AS id FROM json_each(${JSON.stringify(ids)}) asked
    WHERE EXISTS (
      SELECT 1 FROM inbox_waits
      WHERE provider = ${provider} AND account = ${account} AND key = 'ref:' || asked.value
    )`)
  return rows.map(({ id }) => id)
}
