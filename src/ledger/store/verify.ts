import { and, asc, eq, gt, lte } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Entry, Note } from '../../domain/user/entry.ts'
import { fold } from '../../domain/user/fold.ts'
import { type Resolution, resolutionBy } from '../../domain/user/past.ts'
import { type UserState, emptyState } from '../../domain/user/user-state.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import { entries, notes } from '../../schema/user-tables.ts'
import type { LedgerHead } from '../submission.ts'
import { entryHash, genesisHash, noteHash } from './chain.ts'
import { bytesToEntry } from './entry-bytes.ts'
import { firstMisprojected, isAhead, projectionOf } from './projection.ts'

/** How many entries are read at once, where nobody says. */
const PAGE_SIZE = 500

/**
 * How an entry is wrong.
 *
 * - `missing`: its place is empty, or an entry of another place stands there.
 * - `hash`: its bytes, or the order, are not those that were hashed.
 * - `columns`: its columns say something else than its bytes.
 * - `note`: its note is not the one that was noted.
 * - `meaning`: it cannot follow the entries before it.
 * - `head`: it is not the entry that the caller saw there: the chain from it on was written anew.
 * - `projection`: what it was the last to touch is not in the projection as it left it.
 */
export type WrongKind = 'missing' | 'hash' | 'columns' | 'note' | 'meaning' | 'head' | 'projection'

export type Verdict =
  | ({ readonly intact: true } & LedgerHead)
  | { readonly intact: false; readonly firstWrong: { readonly seq: Seq; readonly kind: WrongKind } }

/**
 * Recomputes a user's ledger from its stored bytes: every link, every column, every note, and the state that
 * follows, compared with the projection. Entries that are recorded meanwhile are left out.
 *
 * Whoever may write to the database can write a whole chain anew, or cut off its tail: only a head that was seen
 * before, and kept elsewhere, tells that.
 *
 * Others go on between two pages, at D1 and in the isolate: the smaller the page, the less they wait.
 */
export async function verify(
  d1: D1Database,
  userId: UserId,
  seen: LedgerHead | null = null,
  pageSize = PAGE_SIZE,
): Promise<Verdict> {
  const db = drizzle(d1)
  const { version, projection } = await projectionOf(d1, userId)
  let state = emptyState(userId)
  const resolutions = new Map<number, Resolution>()
  let hash = await genesisHash(userId)
  const isOther = (seq: Seq) => seen?.version === seq && seen.hash !== hash
  if (isOther(0)) return wrong(1, 'head')

  while (state.version < version) {
    const from = state.version
    const upTo = Math.min(from + pageSize, version)
    const [entryRows, noteRows] = await db.batch([
      db
        .select()
        .from(entries)
        .where(and(eq(entries.userId, userId), gt(entries.seq, from), lte(entries.seq, upTo)))
        .orderBy(asc(entries.seq)),
      db
        .select()
        .from(notes)
        .where(and(eq(notes.userId, userId), gt(notes.seq, from), lte(notes.seq, upTo))),
    ])
    if (entryRows.length === 0) return wrong(from + 1, 'missing')
    const noteBySeq = new Map(noteRows.map((row) => [row.seq, row]))
    for (const [index, row] of entryRows.entries()) {
      const seq = from + 1 + index
      const step = row.seq === seq ? await next(state, hash, row, noteBySeq.get(seq)) : 'missing'
      if (typeof step === 'string') return wrong(seq, step)
      state = step.state
      hash = step.hash
      if (isOther(seq)) return wrong(seq, 'head')
      const resolved = resolutionBy(step.entry, (earlier) => resolutions.get(earlier) ?? null)
      if (resolved !== null) resolutions.set(resolved.seq, resolved.resolution)
    }
  }
  const isCutOff = isAhead(projection, version) || (seen !== null && seen.version > version)
  if (isCutOff) return wrong(version + 1, 'missing')
  const misprojected = firstMisprojected({ state, resolutions }, projection)
  return misprojected === null ? { intact: true, version, hash } : wrong(misprojected, 'projection')
}

interface Step {
  readonly state: UserState
  readonly hash: string
  readonly entry: Entry
}

async function next(
  state: UserState,
  previousHash: string,
  row: typeof entries.$inferSelect,
  noteRow: typeof notes.$inferSelect | undefined,
): Promise<Step | WrongKind> {
  const hash = await entryHash(previousHash, row.bytes)
  if (hash !== row.hash) return 'hash'

  try {
    const stored = bytesToEntry(row.bytes)
    if (stored.entry.userId !== row.userId || stored.entry.seq !== row.seq) return 'columns'
    // A note may have been erased; one that is there must be the one that was noted.
    if (noteRow !== undefined && (await noteHash(noteRow.salt, noteRow.json)) !== stored.noteHash)
      return 'note'
    const note = noteRow === undefined ? null : (JSON.parse(noteRow.json) as Note)
    return { state: fold(state, stored.entry, note), hash, entry: stored.entry }
  } catch {
    return 'meaning'
  }
}

function wrong(seq: Seq, kind: WrongKind): Verdict {
  return { intact: false, firstWrong: { seq, kind } }
}
