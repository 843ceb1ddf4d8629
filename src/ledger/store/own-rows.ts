import { sql } from 'drizzle-orm'
import { sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import { type JsonRow, type Parts, jsonOf, rowsOf } from '../../platform/json-rows.ts'
import { sources } from '../../schema/user-tables.ts'
import { PLACES } from './look-ups/placeholders.ts'
import { LAGGING, laggingIn } from './lagging-sources.ts'
import { PRODUCTS_OF_USER, productsIn } from './named-products.ts'
import { TAKEN, takenIn } from './usage/taken-rows.ts'
import { rowToSource, type SourceRow } from './source-row.ts'

/** What there is of a user besides rights, and the products that it names. */
export const OWN: Parts = {
  source: { json: jsonOf(sources), from: sql`sources WHERE user_id = ${PLACES.userId}` },
  product: PRODUCTS_OF_USER,
  lagging: LAGGING,
  ...TAKEN,
}

export function ownIn(rows: readonly JsonRow[]) {
  const ofSources = (rowsOf(rows, 'source') as readonly SourceRow[]).map(rowToSource)
  return {
    sources: new Map(ofSources.map((known) => [sourceKeyText(known.source), known])),
    products: productsIn(rows),
    lagging: laggingIn(rows),
    ...takenIn(rows),
  }
}
