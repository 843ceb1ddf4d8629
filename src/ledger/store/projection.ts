import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { isSameSource, sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import type { Resolution } from '../../domain/user/past.ts'
import type { UserState } from '../../domain/user/user-state.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import { orderedText } from '../../domain/values/json.ts'
import {
  entitlements,
  holdings,
  lots,
  reservations,
  resolutions,
  sourceReferences,
  sources,
  windows,
} from '../../schema/user-tables.ts'
import { type EntitlementRow, entitlementToRow } from './entitlement-row.ts'
import { headQuery } from './load.ts'
import {
  type ReferenceRow,
  type SourceRow,
  rowToSource,
  sourceToReferenceRows,
  sourceToRow,
} from './source-row.ts'
import {
  type HoldingRow,
  type LotRow,
  type ReservationRow,
  type ResolutionRow,
  type WindowRow,
  holdingToRow,
  reservationToRow,
  resolutionToRow,
  rowToReservation,
  usageToRow,
  windowToRow,
} from './usage/usage-rows.ts'

/** All that is kept of a user beside the entries, for reading and querying. */
interface Projection {
  readonly entitlementRows: readonly EntitlementRow[]
  readonly sourceRows: readonly SourceRow[]
  readonly referenceRows: readonly ReferenceRow[]
  readonly lotRows: readonly LotRow[]
  readonly reservationRows: readonly ReservationRow[]
  readonly resolutionRows: readonly ResolutionRow[]
  readonly holdingRows: readonly HoldingRow[]
  readonly windowRows: readonly WindowRow[]
}

/** What follows from the entries of a user. */
export interface FoldedUser {
  readonly state: UserState
  readonly resolutions: ReadonlyMap<number, Resolution>
}

/** The projection of a user and the last entry, as they were at one moment. */
export async function projectionOf(d1: D1Database, userId: UserId) {
  const db = drizzle(d1)
  const [
    headRows,
    entitlementRows,
    sourceRows,
    referenceRows,
    lotRows,
    reservationRows,
    resolutionRows,
    holdingRows,
    windowRows,
  ] = await db.batch([
    headQuery(d1, userId),
    db.select().from(entitlements).where(eq(entitlements.userId, userId)),
    db.select().from(sources).where(eq(sources.userId, userId)),
    db.select().from(sourceReferences).where(eq(sourceReferences.userId, userId)),
    db.select().from(lots).where(eq(lots.userId, userId)),
    db.select().from(reservations).where(eq(reservations.userId, userId)),
    db.select().from(resolutions).where(eq(resolutions.userId, userId)),
    db.select().from(holdings).where(eq(holdings.userId, userId)),
    db.select().from(windows).where(eq(windows.userId, userId)),
  ])
  const projection: Projection = {
    entitlementRows,
    sourceRows,
    referenceRows,
    lotRows,
    reservationRows,
    resolutionRows,
    holdingRows,
    windowRows,
  }
  return { version: headRows[0]?.seq ?? 0, projection }
}

/** Whether a projection knows of entries that are not there. */
export function isAhead(projection: Projection, version: Seq): boolean {
  const { entitlementRows, sourceRows, lotRows, reservationRows, resolutionRows } = projection
  const { holdingRows, windowRows } = projection
  const versions = [
    ...entitlementRows,
    ...sourceRows,
    ...lotRows,
    ...resolutionRows,
    ...holdingRows,
    ...windowRows,
  ].map((row) => row.version)
  return [...versions, ...reservationRows.map(({ seq }) => seq)].some((one) => one > version)
}

/** The `seq` of the first entry whose effect a projection does not show; `null` when it shows all. */
export function firstMisprojected(
  { state, resolutions: resolved }: FoldedUser,
  found: Projection,
): number | null {
  const { userId } = state
  const sourcesOf = [...state.sources.values()].map((known) =>
    comparable(sourceToRow(userId, known, 0), sourceToReferenceRows(userId, known, 0)),
  )
  // The end of a lease is no part of the fold.
  const reservationOf = (row: ReservationRow) => ({
    ...row,
    endsAt: rowToReservation(row, null).hasHolder === true ? null : row.endsAt,
    version: row.seq,
  })
  const differing = [
    ...versionsOfDifference(
      [...state.entitlements.values()].map((one) => entitlementToRow(userId, one)),
      found.entitlementRows,
      ({ id }) => id,
    ),
    ...versionsOfDifference(
      sourcesOf,
      found.sourceRows.map((row) => comparable(asOfToday(row), found.referenceRows)),
      sourceKeyText,
    ),
    ...versionsOfDifference(
      [...state.usage].map(([id, usage]) => usageToRow(userId, id, usage)),
      found.lotRows,
      ({ entitlementId }) => entitlementId,
    ),
    ...versionsOfDifference(
      [...state.reservations.values()].map((one) => reservationOf(reservationToRow(userId, one))),
      found.reservationRows.map(reservationOf),
      ({ seq }) => seq,
    ),
    ...versionsOfDifference(
      [...resolved].map(([seq, one]) => resolutionToRow(userId, seq, one)),
      found.resolutionRows,
      ({ seq }) => seq,
    ),
    ...versionsOfDifference(
      [...state.holdings.values()].map((one) => holdingToRow(userId, one)),
      found.holdingRows,
      ({ seq }) => seq,
    ),
    ...versionsOfDifference(
      [...state.windows].map(([feature, one]) => windowToRow(userId, feature, one)),
      found.windowRows,
      ({ feature }) => feature,
    ),
  ]
  return differing.length === 0 ? null : Math.min(...differing)
}

/** A row that was last written by an earlier version, in the form that this one would write. */
function asOfToday(row: SourceRow): SourceRow {
  return sourceToRow(row.userId, rowToSource(row), row.catalogVersion)
}

/** A source with the references by which it is found. With which catalog it was settled is no part of the fold. */
function comparable(row: SourceRow, references: readonly ReferenceRow[]) {
  const own = references.filter((reference) => isSameSource(reference, row))
  return { ...row, catalogVersion: 0, references: own.map(({ reference }) => reference).toSorted() }
}

/** The version that each differing row should have; of one that no entry accounts for, the version that it claims. */
function versionsOfDifference<Row extends { readonly version: Seq }>(
  expected: readonly Row[],
  found: readonly Row[],
  idOf: (row: Row) => string | number,
): readonly number[] {
  const expectedById = new Map(expected.map((row) => [idOf(row), row]))
  const foundById = new Map(found.map((row) => [idOf(row), row]))
  const isSame = (a: Row, b: Row | undefined) => b !== undefined && orderedText(a) === orderedText(b)
  return [
    ...expected.filter((row) => !isSame(row, foundById.get(idOf(row)))),
    ...found.filter((row) => !expectedById.has(idOf(row))),
  ].map(({ version }) => version)
}
