import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Register } from '../../domain/checkout/register.ts'
import type { SourceKey } from '../../domain/command.ts'
import { sources } from '../schema.ts'

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
  return row === undefined ? null : (JSON.parse(row.register) as Register)
}
