import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../../domain/purchases/register/source-key.ts'
import type { HandOver } from '../../domain/user/hand-over.ts'
import { handedOver } from '../../schema/user-tables.ts'
import { rowToMoved } from './moved-row.ts'

/** What users have left of a source, and nobody has taken over. */
export async function handOversOf(
  d1: D1Database,
  { provider, account, ref }: SourceKey,
): Promise<readonly HandOver[]> {
  const rows = await drizzle(d1)
    .select()
    .from(handedOver)
    .where(and(eq(handedOver.provider, provider), eq(handedOver.account, account), eq(handedOver.ref, ref)))
  return rows.map(({ userId, moved }) => ({ userId, moved: rowToMoved(moved) }))
}
