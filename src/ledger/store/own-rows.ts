import { type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { jsonOf, JSON_ROW, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { reservations, sources } from '../../schema/user-tables.ts'
import { laggingIn, laggingOf } from './lagging-sources.ts'
import type { LookUpRequest } from './memory.ts'
import { namedProducts, productsIn } from './named-products.ts'
import { rowToSource, type SourceRow } from './source-row.ts'
import { type ReservationRow, rowToReservation } from './usage-rows.ts'

/** What there is of a user besides rights, and the products that it names. */
export function ownQuery(d1: D1Database, userId: UserId, references: LookUpRequest['references']) {
  const ofUser = (table: string): SQL => sql`${sql.raw(table)} WHERE user_id = ${userId}`
  const rows = jsonRows({
    source: { json: SOURCE, from: ofUser('sources') },
    reservation: { json: RESERVATION, from: ofUser('reservations') },
    product: namedProducts(references, userId),
    lagging: laggingOf(userId),
  })
  return drizzle(d1).select(JSON_ROW).from(rows)
}

export function ownIn(rows: Awaited<ReturnType<typeof ownQuery>>) {
  const ofSources = (rowsOf(rows, 'source') as readonly SourceRow[]).map(rowToSource)
  const ofReservations = rowsOf(rows, 'reservation') as readonly ReservationRow[]
  return {
    sources: new Map(ofSources.map((known) => [sourceKeyText(known.source), known])),
    reservations: new Map(ofReservations.map((row) => [row.seq, rowToReservation(row)])),
    products: productsIn(rows),
    lagging: laggingIn(rows),
  }
}

const SOURCE = jsonOf(sources)
const RESERVATION = jsonOf(reservations)
