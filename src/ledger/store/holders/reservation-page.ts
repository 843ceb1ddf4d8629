import { and, asc, eq, gt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { ReservedData } from '../../../domain/usage/usage-change.ts'
import type { Note } from '../../../domain/user/entry.ts'
import { type Resolution, reservationEnd } from '../../../domain/user/past.ts'
import type { Reservation } from '../../../domain/user/user-state.ts'
import type { FeatureKey, Seq, UserId } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { entries, notes, reservations, resolutions } from '../../../schema/user-tables.ts'
import { bytesToEntry } from '../entry-bytes.ts'
import { rowToReservation, rowToResolution } from '../usage/usage-rows.ts'

/** A reservation as it was made, and what has become of it. */
export interface KnownReservation {
  readonly reserved: Pick<
    Reservation,
    'seq' | 'feature' | 'amount' | 'overage' | 'takes' | 'spends' | 'holder'
  >
  readonly since: Instant
  readonly became: Became
}

type Became =
  | { readonly state: 'open' | 'expired'; readonly endsAt: Instant }
  | { readonly state: 'committed'; readonly consumption: Seq }
  | { readonly state: 'released' | 'moved' }

interface Wanted {
  readonly feature: FeatureKey | undefined
  readonly at: Instant
  readonly after: Seq | null
  readonly limit: number
}

/** The reservations of a user that are open at a moment, in the order in which they were made. */
export async function reservationPage(
  d1: D1Database,
  userId: UserId,
  { feature, at, after, limit }: Wanted,
): Promise<readonly KnownReservation[]> {
  const rows = await drizzle(d1)
    .select({
      row: reservations,
      recordedAt: sql<string>`${entries.bytes} ->> '$.recordedAt'`,
      note: notes.json,
    })
    .from(reservations)
    .innerJoin(entries, and(eq(entries.userId, reservations.userId), eq(entries.seq, reservations.seq)))
    .leftJoin(notes, and(eq(notes.userId, reservations.userId), eq(notes.seq, reservations.seq)))
    .where(
      and(
        eq(reservations.userId, userId),
        gt(reservations.endsAt, at),
        after === null ? undefined : gt(reservations.seq, after),
        feature === undefined ? undefined : eq(reservations.feature, feature),
      ),
    )
    .orderBy(asc(reservations.seq))
    .limit(limit)
  return rows.map(({ row, recordedAt, note }) => ({
    reserved: rowToReservation(row, holderIn(note)),
    since: Date.parse(recordedAt),
    became: { state: 'open', endsAt: row.endsAt },
  }))
}

/** One reservation of a user, also one that is over; `null` where the entry recorded none. */
export async function reservationNamed(
  d1: D1Database,
  userId: UserId,
  seq: Seq,
  at: Instant,
): Promise<KnownReservation | null> {
  const db = drizzle(d1)
  const [[entryRow], [noteRow], [row], [resolutionRow]] = await db.batch([
    db
      .select()
      .from(entries)
      .where(and(eq(entries.userId, userId), eq(entries.seq, seq))),
    db
      .select()
      .from(notes)
      .where(and(eq(notes.userId, userId), eq(notes.seq, seq))),
    db
      .select()
      .from(reservations)
      .where(and(eq(reservations.userId, userId), eq(reservations.seq, seq))),
    db
      .select()
      .from(resolutions)
      .where(and(eq(resolutions.userId, userId), eq(resolutions.seq, seq))),
  ])
  const entry = entryRow === undefined ? null : bytesToEntry(entryRow.bytes).entry
  if (entry?.type !== 'usage_reserved') return null
  const { data, recordedAt } = entry
  const holder = data.hasHolder === true ? { holder: holderIn(noteRow?.json ?? null) } : {}
  const endsAt = row?.endsAt ?? null
  const resolution = resolutionRow === undefined ? null : rowToResolution(resolutionRow)
  return {
    reserved: { seq, ...data, ...holder },
    since: recordedAt,
    became: becameOf({ data, endsAt, resolution }, at),
  }
}

interface Known {
  readonly data: ReservedData
  /** `null` of one that holds nothing any more. */
  readonly endsAt: Instant | null
  readonly resolution: Resolution | null
}

function becameOf({ data, endsAt, resolution }: Known, at: Instant): Became {
  if (endsAt !== null) return { state: at < endsAt ? 'open' : 'expired', endsAt }
  const end = reservationEnd(data, resolution, at)
  switch (end.type) {
    case 'committed':
      return { state: 'committed', consumption: end.by }
    case 'expired':
      return { state: 'expired', endsAt: end.endsAt }
    case 'released':
    case 'moved':
      return { state: end.type }
  }
}

function holderIn(note: string | null): string | null {
  return note === null ? null : ((JSON.parse(note) as Note).holder ?? null)
}
