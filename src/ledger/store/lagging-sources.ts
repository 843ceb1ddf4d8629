import { sql } from 'drizzle-orm'
import type { SourceKey } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'
import { type JsonRow, type Part, askForRows, jsonRows, rowsOf } from '../../platform/json-rows.ts'
import { PLACES } from './look-ups/placeholders.ts'

/** A source of a user that has not followed a change of a product, and the reference by which it names that. */
export interface LaggingSource extends SourceKey {
  readonly reference: string
  /** The version of the catalog since when. */
  readonly changedAt: number
}

/** Those of a user, one for each reference that was changed: a part of `jsonRows`. */
export const LAGGING: Part = {
  json: sql`json_object('provider', named.provider, 'account', named.account, 'ref', named.ref,
    'reference', named.reference, 'changedAt', changed.catalog_version)`,
  // One that is on its way to another user is settled when it has arrived.
  from: sql`source_references AS named CROSS JOIN changed_references AS changed ON changed.provider = named.provider
      AND changed.ref = named.reference AND changed.catalog_version > named.catalog_version
    WHERE named.user_id = ${PLACES.userId} AND NOT EXISTS (SELECT 1 FROM source_moves AS move
      WHERE move.provider = named.provider AND move.account = named.account AND move.source_ref = named.ref)`,
}

const laggingQuery = jsonRows({ lagging: LAGGING })

export async function laggingSources(d1: D1Database, userId: UserId): Promise<readonly LaggingSource[]> {
  return laggingIn(await askForRows(d1, [laggingQuery], { userId }))
}

/** Those among rows. */
export function laggingIn(rows: readonly JsonRow[]): readonly LaggingSource[] {
  return rowsOf(rows, 'lagging') as readonly LaggingSource[]
}
