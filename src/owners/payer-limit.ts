import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ProviderAccount } from '../domain/purchases/register/source-key.ts'
import { PAYER_ENTITLEMENTS_MAX } from '../domain/user/capacity.ts'
import type { CustomerId, SourceId, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { spentCondition } from '../ledger/store/spent-condition.ts'

// A buyer can write whose user a purchase is: how much one payer may give to one user.

/** A purchase that a buyer's own word would give to a user. */
export interface Gift {
  readonly customerId: CustomerId
  readonly userId: UserId
  readonly sourceId: SourceId
  /** How many lines it has, each of which gives something. */
  readonly lines: number
}

/**
 * Whether one payer would by it give a user more than `PAYER_ENTITLEMENTS_MAX`: the room for entitlements that a user has is
 * filled by no other alone. A purchase that the user's ledger knows already may go on, and lots that are spent take no room.
 */
export async function isTooMuchOfOne(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  { customerId, userId, sourceId, lines }: Gift,
  now: Instant,
): Promise<boolean> {
  const row = await drizzle(d1).get<{ isTooMuch: number }>(sql`
    SELECT NOT EXISTS (
      SELECT 1 FROM sources
      WHERE user_id = ${userId} AND provider = ${provider} AND account = ${account} AND ref = ${sourceId}
    ) AND ${lines} + (
      SELECT count(*) FROM (
        SELECT DISTINCT source_ref FROM refs INDEXED BY refs_by_customer
        WHERE provider = ${provider} AND account = ${account} AND customer_id = ${customerId} AND user_id = ${userId}
      ) paid
      CROSS JOIN entitlements INDEXED BY entitlements_by_source_ref
        ON entitlements.source_ref = paid.source_ref AND entitlements.user_id = ${userId}
      LEFT JOIN lots ON lots.user_id = entitlements.user_id AND lots.entitlement_id = entitlements.id
      WHERE coalesce(${spentCondition(userId)}, 0) = 0 AND withdrawn = 0 AND revoked_at IS NULL AND (ends_at IS NULL OR max(ends_at, coalesce(grace_ends_at, 0)) > ${now})
    ) > ${PAYER_ENTITLEMENTS_MAX} AS isTooMuch`)
  return row.isTooMuch === 1
}
