import { type SQL, and, asc, eq, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { SourceKey } from '../domain/purchases/register/source-key.ts'
import type { UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { changedReferences } from '../schema/catalog-tables.ts'

/** A reference whose product was changed, the catalog's version since when, and how far its sources have followed. */
export type ChangedReference = typeof changedReferences.$inferSelect

/** A source that was last settled with an older catalog. */
export interface OutdatedSource extends SourceKey {
  readonly userId: UserId
  /** The catalog that it was settled with; 0 where that was never written down. */
  readonly catalogVersion: number
}

/** How long a change whose round left some behind rests: a minute, twice as long each time, an hour at most. */
const REST_MS = 60_000
const REST_MS_MAX = 3_600_000

/** The changes whose turn it is: that was longest ago first. */
export async function changesToFollow(
  d1: D1Database,
  now: Instant,
  limit: number,
): Promise<readonly ChangedReference[]> {
  return drizzle(d1)
    .select()
    .from(changedReferences)
    .where(lte(changedReferences.dueAt, now))
    .orderBy(asc(changedReferences.dueAt), asc(changedReferences.catalogVersion))
    .limit(limit)
}

/** Sources of a reference that have not followed its change and have not had their turn in this round. */
export async function outdatedSources(
  d1: D1Database,
  change: ChangedReference,
  limit: number,
): Promise<readonly OutdatedSource[]> {
  const { goesOnAfter } = change
  const isNext =
    goesOnAfter === ''
      ? sql`true`
      : sql`(catalog_version, user_id, account, ref) > (
          ${goesOnAfter} ->> 0, ${goesOnAfter} ->> 1, ${goesOnAfter} ->> 2, ${goesOnAfter} ->> 3)`
  return drizzle(d1).all<OutdatedSource>(sql`
    SELECT user_id AS userId, provider, account, ref, catalog_version AS catalogVersion
    FROM ${outdated(change)} AND ${isNext}
    ORDER BY catalog_version, user_id, account, ref LIMIT ${limit}`)
}

/** Lets the change go on after this source at its next turn, which comes when others have had theirs. */
export async function goOnAfter(
  d1: D1Database,
  change: ChangedReference,
  { catalogVersion, userId, account, ref }: OutdatedSource,
  now: Instant,
): Promise<void> {
  await drizzle(d1)
    .update(changedReferences)
    .set({ goesOnAfter: JSON.stringify([catalogVersion, userId, account, ref]), dueAt: now })
    .where(isStill(change))
}

/** Ends a round of a change: it is forgotten where all have followed, else its next round comes after a rest. */
export async function endRound(d1: D1Database, change: ChangedReference, now: Instant): Promise<void> {
  const { rounds } = change
  const dueAt = now + Math.min(REST_MS * 2 ** rounds, REST_MS_MAX)
  const db = drizzle(d1)
  await db.batch([
    db
      .delete(changedReferences)
      .where(and(isStill(change), sql`NOT EXISTS (SELECT 1 FROM ${outdated(change)})`)),
    db
      .update(changedReferences)
      .set({ goesOnAfter: '', rounds: rounds + 1, dueAt })
      .where(isStill(change)),
  ])
}

/**
 * Another change of the same reference that came meanwhile is another one. Where somebody else has gone on with this one, their word
 * counts: who is behind would else end the rest of a change again and again.
 */
function isStill({ provider, ref, catalogVersion, goesOnAfter, rounds }: ChangedReference): SQL | undefined {
  return and(
    eq(changedReferences.provider, provider),
    eq(changedReferences.ref, ref),
    eq(changedReferences.catalogVersion, catalogVersion),
    eq(changedReferences.goesOnAfter, goesOnAfter),
    eq(changedReferences.rounds, rounds),
  )
}

/** By the index in which those who have followed stand behind. */
function outdated({ provider, ref, catalogVersion }: ChangedReference): SQL {
  return sql`source_references INDEXED BY source_references_by_reference
    WHERE source_references.provider = ${provider} AND source_references.reference = ${ref}
    AND source_references.catalog_version < ${catalogVersion}`
}
