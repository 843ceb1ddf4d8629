import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Register } from '../../domain/checkout/register.ts'
import type { SourceKey } from '../../domain/command.ts'
import type { Usage } from '../../domain/usage/lot.ts'
import { entitlements, lots, sources } from '../schema.ts'
import { textToRegister } from '../source-row.ts'
import { rowToUsage } from '../usage-rows.ts'

/** What a user's ledger knows of a source. `null` when it never heard of it, or has released it. */
export async function sourceRegister(
  d1: D1Database,
  userId: string,
  { provider, account, ref }: SourceKey,
): Promise<Register | null> {
  const [row] = await drizzle(d1)
    .select({ register: sources.register })
    .from(sources)
    .where(
      and(
        eq(sources.userId, userId),
        eq(sources.provider, provider),
        eq(sources.account, account),
        eq(sources.ref, ref),
      ),
    )
  return row === undefined ? null : textToRegister(provider, row.register)
}

/** What a user has spent of what a source gives. */
export async function spentOfSource(
  d1: D1Database,
  userId: string,
  { provider, account, ref }: SourceKey,
): Promise<readonly (readonly [entitlementId: string, Usage])[]> {
  const rows = await drizzle(d1)
    .select({ lot: lots })
    .from(lots)
    .innerJoin(
      entitlements,
      and(eq(entitlements.userId, lots.userId), eq(entitlements.id, lots.entitlementId)),
    )
    .where(
      and(
        eq(lots.userId, userId),
        eq(entitlements.provider, provider),
        eq(entitlements.account, account),
        eq(entitlements.sourceRef, ref),
      ),
    )
  return rows.map(({ lot }) => {
    const { version: _version, ...usage } = rowToUsage(lot)
    return [lot.entitlementId, usage]
  })
}
