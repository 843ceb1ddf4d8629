import { type SQL, getTableName, sql } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import type { UserState } from '../../../domain/user/user-state.ts'
import { type JsonRow, type Part, type Parts, jsonOf, rowsOf } from '../../../platform/json-rows.ts'
import { holdings, reservations, windows } from '../../../schema/user-tables.ts'
import { PLACES } from '../look-ups/placeholders.ts'
import {
  type HoldingRow,
  type ReservationRow,
  type WindowRow,
  rowToHolding,
  rowToReservation,
  rowToWindow,
} from './usage-rows.ts'

/** What is reserved, held, and taken within windows of a user's features. */
export const TAKEN: Parts = {
  reservation: withHolder(reservations),
  holding: withHolder(holdings),
  window: { json: jsonOf(windows), from: ofUser(windows) },
}

export function takenIn(rows: readonly JsonRow[]): Pick<UserState, 'reservations' | 'holdings' | 'windows'> {
  const ofReservations = rowsOf(rows, 'reservation') as readonly WithHolder<ReservationRow>[]
  const ofHoldings = rowsOf(rows, 'holding') as readonly WithHolder<HoldingRow>[]
  const ofWindows = rowsOf(rows, 'window') as readonly WindowRow[]
  return {
    reservations: new Map(ofReservations.map(({ row, holder }) => [row.seq, rowToReservation(row, holder)])),
    holdings: new Map(ofHoldings.map(({ row, holder }) => [row.seq, rowToHolding(row, holder)])),
    windows: new Map(ofWindows.map((row) => [row.feature, rowToWindow(row)])),
  }
}

interface WithHolder<Row> {
  readonly row: Row
  /** `null` where nobody was named, or it was erased. */
  readonly holder: string | null
}

/** Who it is stands in the note of the entry that recorded it. */
function withHolder(table: SQLiteTable): Part {
  const name = getTableName(table)
  const own = sql.raw(`notes.user_id = ${name}.user_id AND notes.seq = ${name}.seq`)
  return {
    json: sql`json_object('row', ${jsonOf(table)}, 'holder', (SELECT json ->> '$.holder' FROM notes WHERE ${own}))`,
    from: ofUser(table),
  }
}

function ofUser(table: SQLiteTable): SQL {
  return sql`${table} WHERE ${sql.raw(getTableName(table))}.user_id = ${PLACES.userId}`
}
