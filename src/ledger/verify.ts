import { and, asc, eq, gt, lte } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Note } from '../domain/entry.ts'
import { fold } from '../domain/fold.ts'
import { orderedText } from '../domain/json.ts'
import { type UserState, emptyState, sourceId } from '../domain/user-state.ts'
import { entryHash, genesisHash, noteHash } from './chain.ts'
import { type EntitlementRow, entitlementToRow } from './entitlement-row.ts'
import { bytesToEntry } from './entry-bytes.ts'
import { headQuery } from './load.ts'
import { entitlements, entries, notes, sourceReferences, sources } from './schema.ts'
import { type ReferenceRow, type SourceRow, sourceToReferenceRows, sourceToRow } from './source-row.ts'
import type { Head } from './submission.ts'

/** How many entries are read at once. */
const PAGE_SIZE = 500

/**
 * How an entry is wrong.
 *
 * - `missing`: its place is empty, or an entry of another place stands there.
 * - `hash`: its bytes, or the order, are not those that were hashed.
 * - `columns`: its columns say something else than its bytes.
 * - `note`: its note is not the one that was noted.
 * - `meaning`: it cannot follow the entries before it.
 * - `projection`: an entitlement that it was the last to touch is not in the projection as it left it.
 */
export type WrongKind = 'missing' | 'hash' | 'columns' | 'note' | 'meaning' | 'projection'

export type Verdict =
  | ({ readonly intact: true } & Head)
  | { readonly intact: false; readonly firstWrong: { readonly seq: number; readonly kind: WrongKind } }

/**
 * Recomputes a user's ledger from its stored bytes: every link, every column, every note, and the state that
 * follows, compared with the projection. Entries that are recorded meanwhile are left out.
 */
export async function verify(d1: D1Database, userId: string): Promise<Verdict> {
  const db = drizzle(d1)
  const [headRows, entitlementRows, sourceRows, referenceRows] = await db.batch([
    headQuery(d1, userId),
    db.select().from(entitlements).where(eq(entitlements.userId, userId)),
    db.select().from(sources).where(eq(sources.userId, userId)),
    db.select().from(sourceReferences).where(eq(sourceReferences.userId, userId)),
  ])
  const version = headRows[0]?.seq ?? 0
  let state = emptyState(userId)
  let hash = await genesisHash(userId)

  while (state.version < version) {
    const from = state.version
    const upTo = Math.min(from + PAGE_SIZE, version)
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
    }
  }
  return (
    firstMisprojected(state, { entitlementRows, sourceRows, referenceRows }) ?? {
      intact: true,
      version,
      hash,
    }
  )
}

type Step = { readonly state: UserState; readonly hash: string }

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
    return { state: fold(state, stored.entry, note), hash }
  } catch {
    return 'meaning'
  }
}

interface Projection {
  readonly entitlementRows: readonly EntitlementRow[]
  readonly sourceRows: readonly SourceRow[]
  readonly referenceRows: readonly ReferenceRow[]
}

/** The first entry whose effect the projection does not show. */
function firstMisprojected(state: UserState, projection: Projection): Verdict | null {
  const { entitlementRows, sourceRows, referenceRows } = projection
  // The projection is ahead of the entries: the tail was cut off.
  const isAhead = [...entitlementRows, ...sourceRows].some(({ version }) => version > state.version)
  if (isAhead) return wrong(state.version + 1, 'missing')

  const { userId } = state
  const entitlements = [...state.entitlements.values()].map((one) => entitlementToRow(userId, one))
  const sources = [...state.sources.values()].map((known) =>
    comparable(sourceToRow(userId, known, 0), sourceToReferenceRows(userId, known)),
  )
  const differing = [
    ...versionsOfDifference(entitlements, entitlementRows, ({ id }) => id),
    ...versionsOfDifference(
      sources,
      sourceRows.map((row) => comparable(row, referenceRows)),
      sourceId,
    ),
  ]
  return differing.length === 0 ? null : wrong(Math.min(...differing), 'projection')
}

/** A source with the references by which it is found. With which catalog it was settled is no part of the fold. */
function comparable(row: SourceRow, references: readonly ReferenceRow[]) {
  const own = references.filter((reference) => sourceId(reference) === sourceId(row))
  return { ...row, catalogVersion: 0, references: own.map(({ reference }) => reference).toSorted() }
}

/** A row that no entry accounts for is as wrong as the entry that it claims to come from. */
function versionsOfDifference<Row extends { readonly version: number }>(
  expected: readonly Row[],
  found: readonly Row[],
  idOf: (row: Row) => string,
): readonly number[] {
  const expectedById = new Map(expected.map((row) => [idOf(row), row]))
  const foundById = new Map(found.map((row) => [idOf(row), row]))
  const isSame = (a: Row, b: Row | undefined) => b !== undefined && orderedText(a) === orderedText(b)
  return [
    ...expected.filter((row) => !isSame(row, foundById.get(idOf(row)))),
    ...found.filter((row) => !expectedById.has(idOf(row))),
  ].map(({ version }) => version)
}

function wrong(seq: number, kind: WrongKind): Verdict {
  return { intact: false, firstWrong: { seq, kind } }
}
