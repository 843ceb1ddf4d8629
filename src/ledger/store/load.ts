import { and, desc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { askForRows, jsonRows } from '../../platform/json-rows.ts'
import { entries } from '../../schema/user-tables.ts'
import type { LedgerHead } from '../submission.ts'
import { valuesOf } from './look-ups/placeholders.ts'
import { genesisHash } from './chain.ts'
import { GROUND, groundIn } from './ground-rows.ts'
import type { Memory } from './memory.ts'
import type { LookUpRequest } from './look-ups/look-up-request.ts'
import { OWN, ownIn } from './own-rows.ts'
import { pastIn, pastQuery } from './past-rows.ts'
import { RIGHTS, RIGHTS_BOUGHT_APART, rightsIn } from './rights-rows.ts'

const userQuery = jsonRows({ ...GROUND, ...OWN, right: RIGHTS })
const boughtQuery = jsonRows({ ...GROUND, ...OWN, right: RIGHTS_BOUGHT_APART })

/**
 * Reads a user's state from the primary, with spent lots that stand alike as one, and what a group of commands wants to have
 * looked up: by one statement, and another where earlier entries are named.
 */
export async function load(d1: D1Database, userId: UserId, wanted: LookUpRequest): Promise<Memory> {
  const queries = [wanted.bought ? boughtQuery : userQuery, ...(wanted.seqs.length === 0 ? [] : [pastQuery])]
  const rows = await askForRows(d1, queries, valuesOf(userId, wanted))
  const { head, ...ground } = groundIn(rows)
  const { sources, reservations, holdings, windows, ...own } = ownIn(rows)
  const { standIns, ...rights } = rightsIn(rows)
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
    past: pastIn(rows),
    hash: head?.hash ?? (await genesisHash(userId)),
    ...ground,
    ...own,
    standIns,
  }
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
