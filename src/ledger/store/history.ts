import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Note } from '../../domain/user/entry.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { entries } from '../../schema/user-tables.ts'
import { notesAt } from './notes-at.ts'

export type Order = 'oldest' | 'newest'

/** A recorded entry as it is stored, with its hash and what is left of its note. */
export interface HistoryItem {
  readonly seq: Seq
  /** The canonical bytes, parsed. */
  readonly stored: JsonObject
  readonly hash: string
  /** `null` when there never was one or it has been erased. */
  readonly note: Note | null
}

/** A page of a user's entries beyond the one at `after`. Entries never change, so pages never shift. */
export async function historyPage(
  d1: D1Database,
  userId: UserId,
  { order, after, limit }: { order: Order; after: number | null; limit: number },
): Promise<readonly HistoryItem[]> {
  const beyond = order === 'oldest' ? gt : lt
  const rows = await drizzle(d1)
    .select()
    .from(entries)
    .where(and(eq(entries.userId, userId), after === null ? undefined : beyond(entries.seq, after)))
    .orderBy(order === 'oldest' ? asc(entries.seq) : desc(entries.seq))
    .limit(limit)
  const noteAt = await notesAt(d1, rows)
  return rows.map((row) => ({
    seq: row.seq,
    stored: JSON.parse(row.bytes) as JsonObject,
    hash: row.hash,
    note: noteAt(row),
  }))
}
