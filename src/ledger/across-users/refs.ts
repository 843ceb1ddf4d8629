import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { waitKey, wakeStatements } from './inbox-waits.ts'
import type { ProviderAccount } from './provider-account.ts'
import { refs } from './schema.ts'

/** Whose a purchase is, and by which source of theirs. */
export interface Owner {
  readonly userId: string
  readonly sourceRef: string
}

export interface Claim {
  readonly ids: readonly string[]
  /** For whom, unless somebody has one of the ids or is that customer; `null` when that is not known. */
  readonly userId: string | null
  readonly sourceRef: string
  /** Under whom the source is claimed: it is the user of that customer whose it becomes, if it has one. */
  readonly customerId: string | null
}

/**
 * Claims ids that nobody has, wakes who waits for them, and answers whose the first is now: `null` when nobody is found
 * for them. Who has one of them already gets the others too; that and whom the customer belongs to is looked up within
 * the batch, so that no two users get a part each.
 *
 * Each id is looked up: a plain `JOIN` may go through all that the provider has
 * (https://sqlite.org/optoverview.html#crossjoin).
 */
export async function claimRefs(
  d1: D1Database,
  of: ProviderAccount,
  { ids, userId, sourceRef, customerId }: Claim,
  now: number,
): Promise<Owner | null> {
  const db = drizzle(d1)
  const { provider, account } = of
  const asked = JSON.stringify(ids)
  const [, , [owner]] = await db.batch([
    db.insert(refs).select(sql`
      SELECT ${provider}, ${account}, asked.value,
        coalesce(owner.user_id, customer.user_id, ${userId}),
        coalesce(owner.source_ref, ${sourceRef}),
        coalesce(owner.customer_id, ${customerId})
      FROM json_each(${asked}) asked
      LEFT JOIN (
        SELECT user_id, source_ref, customer_id FROM json_each(${asked}) first
        CROSS JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = first.value
        ORDER BY first.key LIMIT 1
      ) owner ON true
      LEFT JOIN customers customer ON customer.provider = ${provider} AND customer.account = ${account}
        AND customer.customer_id = ${customerId}
      WHERE coalesce(owner.user_id, customer.user_id, ${userId}) IS NOT NULL
      ON CONFLICT DO NOTHING`),
    // What was first claimed without a customer follows the customer once one is named.
    db
      .update(refs)
      .set({ customerId })
      .where(
        sql`provider = ${provider} AND account = ${account} AND customer_id IS NULL AND ${customerId} IS NOT NULL
          AND id IN (SELECT value FROM json_each(${asked}))`,
      ),
    db
      .select({ userId: refs.userId, sourceRef: refs.sourceRef })
      .from(refs)
      .where(and(eq(refs.provider, provider), eq(refs.account, account), eq(refs.id, ids[0] ?? ''))),
    ...wakeStatements(d1, of, ids.map(waitKey.ref), now),
  ])
  return owner ?? null
}
