import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../../domain/purchases/register/source-key.ts'
import type { UserId } from '../../domain/values/ids.ts'

/** A source of a user that has not followed a change of a product, and the reference by which it names that. */
export interface LaggingSource extends SourceKey {
  readonly reference: string
  /** The version of the catalog since when. */
  readonly changedAt: number
}

/** Those of a user, one for each reference that was changed: to be asked alone or in a batch. */
export function laggingQuery(d1: D1Database, userId: UserId) {
  return drizzle(d1)
    .select({
      provider: sql<string>`named.provider`,
      account: sql<string>`named.account`,
      ref: sql<string>`named.ref`,
      reference: sql<string>`named.reference`,
      changedAt: sql<number>`changed.catalog_version`,
    })
    .from(
      sql`source_references AS named CROSS JOIN changed_references AS changed ON changed.provider = named.provider
        AND changed.ref = named.reference AND changed.catalog_version > named.catalog_version`,
    )
    .where(
      // One that is on its way to another user is settled when it has arrived.
      sql`named.user_id = ${userId} AND NOT EXISTS (SELECT 1 FROM source_moves AS move
        WHERE move.provider = named.provider AND move.account = named.account AND move.source_ref = named.ref)`,
    )
}

export async function laggingSources(d1: D1Database, userId: UserId): Promise<readonly LaggingSource[]> {
  return laggingQuery(d1, userId)
}
