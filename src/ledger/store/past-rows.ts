import { sql } from 'drizzle-orm'
import { type PastBySeq, isUsageEntry } from '../../domain/user/past.ts'
import { type JsonRow, jsonOf, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { resolutions } from '../../schema/user-tables.ts'
import { PLACES } from './look-ups/placeholders.ts'
import { bytesToEntry } from './entry-bytes.ts'
import { type ResolutionRow, rowToResolution } from './usage/usage-rows.ts'

const OF_THEM = sql`user_id = ${PLACES.userId} AND seq IN ${PLACES.seqs}`

/** Entries that commands name, and what became of what they recorded. */
export const pastQuery = jsonRows({
  past: { json: sql`json_object('seq', seq, 'bytes', bytes)`, from: sql`entries WHERE ${OF_THEM}` },
  resolution: { json: jsonOf(resolutions), from: sql`resolutions WHERE ${OF_THEM}` },
})

/** The consumptions and reservations among the entries that were asked for, and what became of them. */
export function pastIn(rows: readonly JsonRow[]): PastBySeq {
  const ofResolutions = rowsOf(rows, 'resolution') as readonly ResolutionRow[]
  const resolutionBySeq = new Map(ofResolutions.map((row) => [row.seq, rowToResolution(row)]))
  const ofEntries = rowsOf(rows, 'past') as readonly { readonly seq: number; readonly bytes: string }[]
  return new Map(
    ofEntries.flatMap(({ seq, bytes }) => {
      const { entry } = bytesToEntry(bytes)
      return isUsageEntry(entry) ? [[seq, { entry, resolution: resolutionBySeq.get(seq) ?? null }]] : []
    }),
  )
}
