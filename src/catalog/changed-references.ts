import { asc, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../domain/purchases/register/source-key.ts'
import type { UserId } from '../domain/values/ids.ts'
import { changedReferences } from '../schema/shared-tables.ts'

/** A reference whose product was changed, and the catalog's version since when. */
export type ChangedReference = typeof changedReferences.$inferSelect

/** A source that was last settled with an older catalog. */
export interface OutdatedSource extends SourceKey {
  readonly userId: UserId
}

export async function changesToFollow(d1: D1Database, limit: number): Promise<readonly ChangedReference[]> {
  return drizzle(d1)
    .select()
    .from(changedReferences)
    .orderBy(asc(changedReferences.catalogVersion), asc(changedReferences.ref))
    .limit(limit)
}

/** Sources of a reference that have not followed its change. */
export async function outdatedSources(
  d1: D1Database,
  change: ChangedReference,
  limit: number,
): Promise<readonly OutdatedSource[]> {
  return drizzle(d1).all<OutdatedSource>(sql`
    SELECT sources.user_id AS userId, sources.provider, sources.account, sources.ref
    FROM ${outdated(change)} LIMIT ${limit}`)
}

/** Forgets a change that all sources have followed. One of the same reference that came meanwhile stays. */
export async function forgetChange(d1: D1Database, change: ChangedReference): Promise<boolean> {
  const { provider, ref, catalogVersion } = change
  const { meta } = await drizzle(d1).run(sql`
    DELETE FROM changed_references
    WHERE provider = ${provider} AND ref = ${ref} AND catalog_version = ${catalogVersion}
      AND NOT EXISTS (SELECT 1 FROM ${outdated(change)})`)
  return meta.changes > 0
}

function outdated({ provider, ref, catalogVersion }: ChangedReference) {
  return sql`source_references JOIN sources ON sources.user_id = source_references.user_id
    AND sources.provider = source_references.provider AND sources.account = source_references.account
    AND sources.ref = source_references.ref
    WHERE source_references.provider = ${provider} AND source_references.reference = ${ref}
    AND sources.catalog_version < ${catalogVersion}`
}
