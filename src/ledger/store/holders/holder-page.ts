import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Note } from '../../../domain/user/entry.ts'
import type { FeatureKey, Seq, UserId } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { JsonObject } from '../../../domain/values/json.ts'
import { entries, holdings, notes } from '../../../schema/user-tables.ts'

/** What somebody holds, and what stands in the note of the entry that recorded it. */
export interface HeldBy {
  readonly seq: Seq
  readonly feature: FeatureKey
  readonly amount: number
  /** `null` once it was erased. */
  readonly holder: string | null
  readonly metadata: JsonObject | null
  readonly since: Instant
}

interface Wanted {
  readonly feature: FeatureKey | undefined
  readonly after: Seq | null
  readonly limit: number
}

/** What is held of a user's features, in the order in which it was taken. */
export async function holderPage(
  d1: D1Database,
  userId: UserId,
  { feature, after, limit }: Wanted,
): Promise<readonly HeldBy[]> {
  const rows = await drizzle(d1)
    .select({
      seq: holdings.seq,
      feature: holdings.feature,
      amount: holdings.amount,
      recordedAt: sql<string>`${entries.bytes} ->> '$.recordedAt'`,
      note: notes.json,
    })
    .from(holdings)
    .innerJoin(entries, and(eq(entries.userId, holdings.userId), eq(entries.seq, holdings.seq)))
    .leftJoin(notes, and(eq(notes.userId, holdings.userId), eq(notes.seq, holdings.seq)))
    .where(
      and(
        eq(holdings.userId, userId),
        after === null ? undefined : gt(holdings.seq, after),
        feature === undefined ? undefined : eq(holdings.feature, feature),
      ),
    )
    .orderBy(asc(holdings.seq))
    .limit(limit)
  return rows.map(({ recordedAt, note, ...row }) => {
    const { holder = null, metadata = null } = note === null ? {} : (JSON.parse(note) as Note)
    return { ...row, holder, metadata, since: Date.parse(recordedAt) }
  })
}
