import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Note } from '../../domain/user/entry.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import { notes } from '../../schema/user-tables.ts'

interface NotePlace {
  readonly userId: UserId
  readonly seq: Seq
}

/** What is left of the notes at these places. One parameter, because D1 takes a hundred at most. */
export async function notesAt(
  d1: D1Database,
  places: readonly NotePlace[],
): Promise<(place: NotePlace) => Note | null> {
  if (places.length === 0) return () => null
  const wanted = JSON.stringify(places.map(({ userId, seq }) => [userId, seq]))
  const rows = await drizzle(d1)
    .select({ userId: notes.userId, seq: notes.seq, json: notes.json })
    .from(notes)
    .where(
      sql`(${notes.userId}, ${notes.seq}) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${wanted}))`,
    )
  const noteByPlace = new Map(rows.map(({ userId, seq, json }) => [placeKey({ userId, seq }), json]))
  return (place) => {
    const json = noteByPlace.get(placeKey(place))
    return json === undefined ? null : (JSON.parse(json) as Note)
  }
}

function placeKey({ userId, seq }: NotePlace): string {
  return `${seq} ${userId}`
}
