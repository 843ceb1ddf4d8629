import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../../domain/command.ts'
import { refs } from './schema.ts'

/** One account of a provider: its ids mean nothing in another. */
export type ProviderAccount = Pick<SourceKey, 'provider' | 'account'>

/** Whose a purchase is, and by which source of theirs. */
export interface Owner {
  readonly userId: string
  readonly sourceRef: string
}

export interface Claim extends Owner {
  readonly ids: readonly string[]
  /** Under whom the source is claimed: it is the user of that customer whose it becomes, if it has one. */
  readonly customerId: string | null
}

/**
 * The owner of the first id that is known, in the order given. Each id is looked up: a plain `JOIN` may go through all
 * that the provider has (https://sqlite.org/optoverview.html#crossjoin).
 */
export async function ownerOf(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  ids: readonly string[],
): Promise<Owner | null> {
  const [owner] = await drizzle(d1).all<Owner>(sql`
    SELECT user_id AS userId, source_ref AS sourceRef
    FROM json_each(${JSON.stringify(ids)}) asked
    CROSS JOIN refs ON provider = ${provider} AND account = ${account} AND refs.id = asked.value
    ORDER BY asked.key LIMIT 1`)
  return owner ?? null
}

/**
 * Claims ids that nobody has, and answers whose the first is now. Who has one of them already gets the others too;
 * that and whom the customer belongs to is looked up within the batch, so that no two users get a part each.
 */
export async function claimRefs(
  d1: D1Database,
  { provider, account }: ProviderAccount,
  { ids, userId, sourceRef, customerId }: Claim,
): Promise<Owner> {
  const db = drizzle(d1)
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
      WHERE true
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
  ])
  if (owner === undefined) throw new Error('What was claimed is nobody’s')
  return owner
}
