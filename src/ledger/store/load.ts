import { and, desc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { type PastBySeq, isUsageEntry } from '../../domain/user/past.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { inList } from '../../platform/in-list.ts'
import { entries, resolutions } from '../../schema/user-tables.ts'
import type { LedgerHead } from '../submission.ts'
import { genesisHash } from './chain.ts'
import { bytesToEntry } from './entry-bytes.ts'
import { groundIn, groundQuery } from './ground-rows.ts'
import type { Memory, LookUpRequest } from './memory.ts'
import { ownIn, ownQuery } from './own-rows.ts'
import { rightsIn, rightsQuery } from './rights-query.ts'
import { type ResolutionRow, rowToResolution } from './usage/usage-rows.ts'

/**
 * Reads a user's state from the primary, with spent lots that stand alike as one, and what a group of commands wants to have
 * looked up, in one batch.
 */
export async function load(d1: D1Database, userId: UserId, wanted: LookUpRequest): Promise<Memory> {
  const always = [
    groundQuery(d1, userId, wanted),
    ownQuery(d1, userId, wanted.references),
    rightsQuery(d1, userId, wanted, true),
  ] as const
  // A statement that finds nothing costs its time, and who is new waits for each.
  const [groundRows, ownRows, rightRows, pastRows, resolutionRows] =
    wanted.seqs.length === 0
      ? [...(await drizzle(d1).batch(always)), [] as never[], [] as never[]]
      : await drizzle(d1).batch([...always, ...pastQueries(d1, userId, wanted.seqs)])

  const { head, windows, ...ground } = groundIn(groundRows)
  const { sources, reservations, holdings, ...own } = ownIn(ownRows)
  const { standIns, ...rights } = rightsIn(rightRows)
  return {
    state: {
      userId,
      version: head?.seq ?? 0,
      recordedAt: head === undefined ? 0 : recordedAtOf(head.bytes),
      ...rights,
      sources,
      reservations,
      holdings,
      windows,
    },
    past: pastOf(pastRows, resolutionRows),
    hash: head?.hash ?? (await genesisHash(userId)),
    ...ground,
    ...own,
    standIns,
  }
}

/** Entries that commands name, and what became of what they recorded. */
export function pastQueries(d1: D1Database, userId: UserId, seqs: LookUpRequest['seqs']) {
  const db = drizzle(d1)
  const [ofEntries, ofResolutions] = [inList(entries.seq, seqs), inList(resolutions.seq, seqs)]
  return [
    db
      .select()
      .from(entries)
      .where(and(eq(entries.userId, userId), ofEntries)),
    db
      .select()
      .from(resolutions)
      .where(and(eq(resolutions.userId, userId), ofResolutions)),
  ] as const
}

/** The consumptions and reservations among the entries that were asked for, and what became of them. */
export function pastOf(
  entryRows: readonly (typeof entries.$inferSelect)[],
  resolutionRows: readonly ResolutionRow[],
): PastBySeq {
  const resolutionBySeq = new Map(resolutionRows.map((row) => [row.seq, rowToResolution(row)]))
  return new Map(
    entryRows.flatMap(({ seq, bytes }) => {
      const { entry } = bytesToEntry(bytes)
      return isUsageEntry(entry) ? [[seq, { entry, resolution: resolutionBySeq.get(seq) ?? null }]] : []
    }),
  )
}

/** The last entry that D1 has of a user. */
export async function headOf(d1: D1Database, userId: UserId): Promise<LedgerHead> {
  const [last] = await headQuery(d1, userId)
  return last === undefined
    ? { version: 0, hash: await genesisHash(userId) }
    : { version: last.seq, hash: last.hash }
}

/** The hash of the entry at `seq`, `null` when there is none. */
export async function hashAt(d1: D1Database, userId: UserId, seq: Seq): Promise<string | null> {
  const [row] = await drizzle(d1)
    .select({ hash: entries.hash })
    .from(entries)
    .where(and(eq(entries.userId, userId), eq(entries.seq, seq)))
  return row?.hash ?? null
}

/** The last entry of a user, to be asked alone or in a batch. */
export function headQuery(d1: D1Database, userId: UserId) {
  return drizzle(d1)
    .select({ seq: entries.seq, hash: entries.hash, bytes: entries.bytes })
    .from(entries)
    .where(eq(entries.userId, userId))
    .orderBy(desc(entries.seq))
    .limit(1)
}

function recordedAtOf(bytes: string): Instant {
  return Date.parse((JSON.parse(bytes) as { recordedAt: string }).recordedAt)
}
