import { type SQL, sql } from 'drizzle-orm'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { UserId } from '../../../domain/values/ids.ts'
import { type JsonRow, type Part, jsonOf, rowsOf } from '../../../platform/json-rows.ts'
import { holdings, reservations, windows } from '../../../schema/user-tables.ts'
import {
  type HoldingRow,
  type ReservationRow,
  type WindowRow,
  rowToHolding,
  rowToReservation,
  rowToWindow,
} from './usage-rows.ts'

/** What is reserved and held of a user's features: parts of `jsonRows`. */
export function heldOf(userId: UserId) {
  return {
    reservation: { json: withHolder('reservations', RESERVATION), from: ofUser('reservations', userId) },
    holding: { json: withHolder('holdings', HOLDING), from: ofUser('holdings', userId) },
  } satisfies Record<string, Part>
}

/** What was taken of a user's features within their windows: a part of `jsonRows`. */
export function windowsOf(userId: UserId): Part {
  return { json: WINDOW, from: ofUser('windows', userId) }
}

export function heldIn(rows: readonly JsonRow[]): Pick<UserState, 'reservations' | 'holdings'> {
  const ofReservations = rowsOf(rows, 'reservation') as readonly WithHolder<ReservationRow>[]
  const ofHoldings = rowsOf(rows, 'holding') as readonly WithHolder<HoldingRow>[]
  return {
    reservations: new Map(ofReservations.map(({ row, holder }) => [row.seq, rowToReservation(row, holder)])),
    holdings: new Map(ofHoldings.map(({ row, holder }) => [row.seq, rowToHolding(row, holder)])),
  }
}

export function windowsIn(rows: readonly JsonRow[]): UserState['windows'] {
  const ofWindows = rowsOf(rows, 'window') as readonly WindowRow[]
  return new Map(ofWindows.map((row) => [row.feature, rowToWindow(row)]))
}

function ofUser(table: string, userId: UserId): SQL {
  return sql`${sql.raw(table)} WHERE user_id = ${userId}`
}

interface WithHolder<Row> {
  readonly row: Row
  /** `null` where nobody was named, or it was erased. */
  readonly holder: string | null
}

/** Who it is stands in the note of the entry that recorded it. */
function withHolder(table: string, row: SQL): SQL {
  const own = sql.raw(`notes.user_id = ${table}.user_id AND notes.seq = ${table}.seq`)
  return sql`json_object('row', ${row}, 'holder', (SELECT json ->> '$.holder' FROM notes WHERE ${own}))`
}

const RESERVATION = jsonOf(reservations)
const HOLDING = jsonOf(holdings)
const WINDOW = jsonOf(windows)
