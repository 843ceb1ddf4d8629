import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { jsonOf, JSON_ROW, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { sources } from '../../schema/user-tables.ts'
import { laggingIn, laggingOf } from './lagging-sources.ts'
import type { LookUpRequest } from './memory.ts'
import { namedProducts, productsIn } from './named-products.ts'
import { heldIn, heldOf } from './usage/taken-rows.ts'
import { rowToSource, type SourceRow } from './source-row.ts'

/** What there is of a user besides rights, and the products that it names. */
export function ownQuery(d1: D1Database, userId: UserId, references: LookUpRequest['references']) {
  const rows = jsonRows({
    source: { json: SOURCE, from: sql`sources WHERE user_id = ${userId}` },
    product: namedProducts(references, userId),
    lagging: laggingOf(userId),
    ...heldOf(userId),
  })
  return drizzle(d1).select(JSON_ROW).from(rows)
}

export function ownIn(rows: Awaited<ReturnType<typeof ownQuery>>) {
  const ofSources = (rowsOf(rows, 'source') as readonly SourceRow[]).map(rowToSource)
  return {
    sources: new Map(ofSources.map((known) => [sourceKeyText(known.source), known])),
    products: productsIn(rows),
    lagging: laggingIn(rows),
    ...heldIn(rows),
  }
}

const SOURCE = jsonOf(sources)
