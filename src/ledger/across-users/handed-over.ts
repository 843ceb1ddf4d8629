import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Moved, SourceKey } from '../../domain/command.ts'
import { handedOver } from '../schema.ts'
import { rowToMoved } from '../moved-row.ts'
import { batchOf } from './batch-of.ts'

/** What one user has left of a source. */
export interface HandedOver {
  readonly userId: string
  readonly moved: Moved
  /** As it is written: only that is forgotten once it is taken over. */
  readonly text: string
}

export async function handedOverOf(d1: D1Database, source: SourceKey): Promise<readonly HandedOver[]> {
  const rows = await drizzle(d1).select().from(handedOver).where(isOf(source))
  return rows.map(({ userId, moved: text }) => ({ userId, text, moved: rowToMoved(text) }))
}

/** Forgets what whose it is now has taken over; what somebody has left since stays. */
export async function forgetHandedOver(
  d1: D1Database,
  source: SourceKey,
  taken: readonly HandedOver[],
): Promise<void> {
  const db = drizzle(d1)
  await batchOf(
    d1,
    taken.map(({ userId, text }) =>
      db
        .delete(handedOver)
        .where(and(isOf(source), eq(handedOver.userId, userId), eq(handedOver.moved, text))),
    ),
  )
}

function isOf({ provider, account, ref }: SourceKey) {
  return and(eq(handedOver.provider, provider), eq(handedOver.account, account), eq(handedOver.ref, ref))
}
