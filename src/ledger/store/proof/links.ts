import { and, asc, eq, gt, lte } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Entry, Note } from '../../../domain/user/entry.ts'
import type { Seq, UserId } from '../../../domain/values/ids.ts'
import { entries, notes } from '../../../schema/user-tables.ts'
import type { LedgerHead } from '../../submission.ts'
import { entryHash, noteHash } from '../chain.ts'
import { bytesToEntry } from '../entry-bytes.ts'

/** How a link of a chain is wrong by itself, whatever came before. */
export type WrongLink = 'missing' | 'hash' | 'columns' | 'note' | 'meaning'

/** An entry whose hash follows from the one before, and whose columns and note are those that were hashed. */
interface Link {
  readonly seq: Seq
  readonly hash: string
  readonly entry: Entry
  readonly note: Note | null
}

/** A place of a chain: a link, or how it is wrong. */
type Place = Link | { readonly seq: Seq; readonly wrong: WrongLink }

/**
 * Yields the entries of a user after `from` up to `upTo`, each proved to follow the one before; the first that does not is
 * the last that is yielded. Others go on between two pages, at D1 and in the isolate: the smaller the page, the less they wait.
 */
export async function* linksAfter(
  d1: D1Database,
  userId: UserId,
  { from, upTo, pageSize }: { readonly from: LedgerHead; readonly upTo: Seq; readonly pageSize: number },
): AsyncGenerator<Place, void, undefined> {
  let { version, hash } = from
  while (version < upTo) {
    const { entryRows, noteRows } = await pageOf(d1, userId, version, Math.min(version + pageSize, upTo))
    if (entryRows.length === 0) return yield { seq: version + 1, wrong: 'missing' }
    const noteBySeq = new Map(noteRows.map((row) => [row.seq, row]))
    for (const row of entryRows) {
      const seq = version + 1
      const link = row.seq === seq ? await linkOf(hash, row, noteBySeq.get(seq)) : 'missing'
      if (typeof link === 'string') return yield { seq, wrong: link }
      yield link
      version = seq
      hash = link.hash
    }
  }
}

async function pageOf(d1: D1Database, userId: UserId, after: Seq, upTo: Seq) {
  const db = drizzle(d1)
  const [entryRows, noteRows] = await db.batch([
    db
      .select()
      .from(entries)
      .where(and(eq(entries.userId, userId), gt(entries.seq, after), lte(entries.seq, upTo)))
      .orderBy(asc(entries.seq)),
    db
      .select()
      .from(notes)
      .where(and(eq(notes.userId, userId), gt(notes.seq, after), lte(notes.seq, upTo))),
  ])
  return { entryRows, noteRows }
}

async function linkOf(
  hashBefore: string,
  row: typeof entries.$inferSelect,
  noteRow: typeof notes.$inferSelect | undefined,
): Promise<Link | WrongLink> {
  const { seq } = row
  const hash = await entryHash(hashBefore, row.bytes)
  if (hash !== row.hash) return 'hash'
  try {
    const stored = bytesToEntry(row.bytes)
    if (stored.entry.userId !== row.userId || stored.entry.seq !== seq) return 'columns'
    // A note may have been erased; one that is there must be the one that was noted.
    if (noteRow !== undefined && (await noteHash(noteRow.salt, noteRow.json)) !== stored.noteHash)
      return 'note'
    const note = noteRow === undefined ? null : (JSON.parse(noteRow.json) as Note)
    return { seq, hash, entry: stored.entry, note }
  } catch {
    return 'meaning'
  }
}
