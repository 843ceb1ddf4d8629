import { getTableName } from 'drizzle-orm'
import type { SQLiteTable } from 'drizzle-orm/sqlite-core'
import { isBought } from '../../domain/entitlements/entitlement.ts'
import { type SourceKey, sourceKeyText } from '../../domain/purchases/register/source-key.ts'
import type { Seq, UserId } from '../../domain/values/ids.ts'
import {
  entitlements,
  entries,
  handedOver,
  holdings,
  lots,
  notes,
  receipts,
  reservations,
  resolutions,
  sourceReferences,
  sources,
  windows,
} from '../../schema/user-tables.ts'
import type { Idempotency } from '../submission.ts'
import type { EntitlementRow } from './entitlement-row.ts'
import { insertRows } from './insert-rows.ts'
import type { MovedRow } from './moved-row.ts'
import type { SourceRow } from './source-row.ts'
import type { HoldingRow, LotRow, ReservationRow, ResolutionRow, WindowRow } from './usage/usage-rows.ts'

/** All that one group of commands records, and what must still be so for it to be recorded. */
export interface Batch {
  readonly userId: UserId
  /** The user's last `seq` that the group was decided on. */
  readonly afterVersion: Seq
  /** The catalog version that the group was decided on, `null` when it did not matter. */
  readonly catalogVersion: number | null
  readonly entries: readonly (typeof entries.$inferSelect)[]
  readonly notes: readonly (typeof notes.$inferSelect)[]
  readonly entitlements: readonly EntitlementRow[]
  /** Those of them that must not be there. */
  readonly newEntitlements: readonly string[]
  /** Refusals whose keys go to `receipts`. */
  readonly refusalsAside: readonly Idempotency[]
  readonly receipts: readonly (typeof receipts.$inferSelect)[]
  readonly sources: readonly SourceRow[]
  readonly sourceReferences: readonly (typeof sourceReferences.$inferSelect)[]
  /** Sources that are no longer this user's. */
  readonly releasedSources: readonly SourceKey[]
  /** What is left of them to whose they are now. */
  readonly handedOver: readonly MovedRow[]
  /** What others have left of sources that are this user's now, and that is theirs with this batch. */
  readonly takenOver: readonly MovedRow[]
  readonly lots: readonly LotRow[]
  /** Entitlements of which no longer anything was spent. */
  readonly untouchedLots: readonly string[]
  readonly reservations: readonly ReservationRow[]
  /** Reservations that hold nothing any more, by their `seq`. */
  readonly endedReservations: readonly number[]
  /** Leases that have lapsed, by their `seq`, each with the end after which nobody may have renewed it. */
  readonly lapsedLeases: readonly (readonly [seq: Seq, lapsedAt: number])[]
  readonly resolutions: readonly ResolutionRow[]
  readonly holdings: readonly HoldingRow[]
  /** What nobody holds any more, by the `seq` of the entry that recorded it. */
  readonly endedHoldings: readonly number[]
  readonly windows: readonly WindowRow[]
  /** What concludes the events that it records. */
  readonly conclusions: readonly D1PreparedStatement[]
}

/**
 * Records a batch whole or not at all. Throws what D1 throws: `d1Failure` says what that means.
 *
 * Whatever is many is one JSON parameter of one statement, so that fifty commands cost as many statements as one. These
 * are written in SQL, because Drizzle knows no `json_each`.
 */
export async function append(d1: D1Database, batch: Batch): Promise<void> {
  await d1.batch([
    ...guards(d1, batch),
    ...ownership(d1, batch),
    ...insertRows(d1, entries, batch.entries),
    ...insertRows(d1, notes, batch.notes),
    ...insertRows(d1, entitlements, batch.entitlements, 'replacing'),
    ...putAside(d1, batch),
    ...insertRows(d1, receipts, batch.receipts),
    ...forget(d1, batch),
    ...takeOver(d1, batch),
    ...insertRows(d1, sources, batch.sources, 'replacing'),
    ...insertRows(d1, sourceReferences, batch.sourceReferences, 'where_other'),
    ...insertRows(d1, handedOver, batch.handedOver, 'replacing'),
    ...remove(d1, batch.userId, lots, lots.entitlementId, batch.untouchedLots),
    ...insertRows(d1, lots, batch.lots, 'replacing'),
    ...remove(d1, batch.userId, reservations, reservations.seq, batch.endedReservations),
    ...insertRows(d1, reservations, batch.reservations, 'replacing'),
    ...insertRows(d1, resolutions, batch.resolutions, 'replacing'),
    ...remove(d1, batch.userId, holdings, holdings.seq, batch.endedHoldings),
    ...insertRows(d1, holdings, batch.holdings, 'replacing'),
    ...insertRows(d1, windows, batch.windows, 'replacing'),
    ...batch.conclusions,
  ])
}

function guards(
  d1: D1Database,
  { userId, afterVersion, catalogVersion, entries, newEntitlements, lapsedLeases }: Batch,
): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = []
  if (entries.length === 0) {
    // Entries collide with others at the same place; a batch without entries has to compare the head itself.
    const head = '(SELECT coalesce(max(seq), 0) FROM entries WHERE user_id = ?1)'
    statements.push(
      d1.prepare(`INSERT INTO guards (holds) SELECT 0 WHERE ${head} <> ?2`).bind(userId, afterVersion),
    )
  }
  if (catalogVersion !== null) {
    const version = '(SELECT version FROM catalog)'
    statements.push(
      d1.prepare(`INSERT INTO guards (holds) SELECT 0 WHERE ${version} <> ?1`).bind(catalogVersion),
    )
  }
  if (lapsedLeases.length > 0) {
    // A renewal makes no entry: an instance that was replaced may have made one of which this one does not know.
    const isRenewed = 'user_id = ?1 AND seq = (one.value ->> 0) AND ends_at > (one.value ->> 1)'
    statements.push(
      d1
        .prepare(
          `INSERT INTO guards (holds) SELECT 0 FROM json_each(?2) AS one CROSS JOIN reservations WHERE ${isRenewed}`,
        )
        .bind(userId, JSON.stringify(lapsedLeases)),
    )
  }
  if (newEntitlements.length > 0) {
    const isThere =
      'SELECT 1 FROM entitlements WHERE user_id = ?1 AND id IN (SELECT value FROM json_each(?2))'
    statements.push(
      d1
        .prepare(`INSERT INTO guards (holds) SELECT 0 WHERE EXISTS (${isThere})`)
        .bind(userId, JSON.stringify(newEntitlements)),
    )
  }
  return statements
}

/**
 * A source is settled only at the user whose it is, which `refs` says, and released only at one whose it is not. While it
 * moves to its user it is settled there only by taking over what others have left of it: so what is recorded of a source
 * is at one user or in `handed_over`, and never at two places. A plan is its user's by itself.
 */
function ownership(
  d1: D1Database,
  { userId, sources: allSettled, releasedSources, takenOver }: Batch,
): D1PreparedStatement[] {
  const isOf = (table: string, ref: string) =>
    `${table}.provider = one.value ->> 0 AND ${table}.account = one.value ->> 1 AND ${table}.${ref} = one.value ->> 2`
  const isOwner = `EXISTS (SELECT 1 FROM refs INDEXED BY refs_by_source WHERE ${isOf('refs', 'source_ref')} AND refs.user_id = ?1)`
  const isMoving = `EXISTS (SELECT 1 FROM source_moves WHERE ${isOf('source_moves', 'source_ref')})
    OR EXISTS (SELECT 1 FROM handed_over WHERE ${isOf('handed_over', 'ref')})`
  const guard = (keys: readonly SourceKey[], isWrong: string) =>
    d1
      .prepare(`INSERT INTO guards (holds) SELECT 0 FROM json_each(?2) AS one WHERE ${isWrong}`)
      .bind(userId, keysToText(keys))
  const takenIds = new Set(takenOver.map(sourceKeyText))
  const settled = allSettled.filter((source) => isBought({ source }))
  const taken = settled.filter((source) => takenIds.has(sourceKeyText(source)))
  const others = settled.filter((source) => !takenIds.has(sourceKeyText(source)))
  return [
    ...(others.length === 0 ? [] : [guard(others, `NOT ${isOwner} OR ${isMoving}`)]),
    ...(taken.length === 0 ? [] : [guard(taken, `NOT ${isOwner}`)]),
    ...(releasedSources.length === 0 ? [] : [guard(releasedSources, isOwner)]),
  ]
}

/** What others have left must still be there as it was read. It is deleted, so that nobody takes it over twice. */
function takeOver(d1: D1Database, { takenOver }: Batch): D1PreparedStatement[] {
  if (takenOver.length === 0) return []
  const [table, names] = [getTableName(handedOver), ['provider', 'account', 'ref', 'userId'] as const]
  const columns = names.map((name) => handedOver[name].name).join(', ')
  const key = names.map((name) => `one.value ->> '$.${name}'`).join(', ')
  const isThere = `EXISTS (SELECT 1 FROM ${table} WHERE (${columns}) = (${key}) AND moved = one.value ->> '$.moved')`
  const rows = JSON.stringify(takenOver)
  return [
    d1
      .prepare(`INSERT INTO guards (holds) SELECT 0 FROM json_each(?1) AS one WHERE NOT ${isThere}`)
      .bind(rows),
    d1
      .prepare(`DELETE FROM ${table} WHERE (${columns}) IN (SELECT ${key} FROM json_each(?1) AS one)`)
      .bind(rows),
  ]
}

/**
 * Frees the keys of refusals, under the names that `asideKey` gives them. Where another receipt has the key by now it stays
 * there, and the one that comes collides with it.
 */
function putAside(d1: D1Database, { userId, refusalsAside }: Batch): D1PreparedStatement[] {
  if (refusalsAside.length === 0) return []
  const keys = JSON.stringify(refusalsAside.map(({ key, fingerprint }) => [key, fingerprint]))
  const which = `user_id = ?1 AND key IN (SELECT value ->> 0 FROM json_each(?2))
    AND (key, fingerprint) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?2)) AND expires_at IS NOT NULL`
  return [
    d1
      .prepare(
        `UPDATE ${getTableName(receipts)} SET key = 'refused:' || fingerprint || ':' || key WHERE ${which}`,
      )
      .bind(userId, keys),
  ]
}

/**
 * Deletes what is known no longer of the sources that are settled or released. What goes on to be known stays, and is written
 * over where it says something else: a renewal names what was named before.
 */
function forget(d1: D1Database, batch: Batch): D1PreparedStatement[] {
  const { userId, sources: settled, releasedSources, sourceReferences: named } = batch
  const which = `user_id = ?1 AND (provider, account, ref) IN (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?2))`
  const deleted = (table: SQLiteTable, keys: readonly SourceKey[]) =>
    d1.prepare(`DELETE FROM ${getTableName(table)} WHERE ${which}`).bind(userId, keysToText(keys))
  const isNamed = `(provider, account, ref, reference) IN
    (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?3))`
  const names = JSON.stringify(
    named.map(({ provider, account, ref, reference }) => [provider, account, ref, reference]),
  )
  return [
    ...(releasedSources.length === 0
      ? []
      : [deleted(sources, releasedSources), deleted(sourceReferences, releasedSources)]),
    ...(settled.length === 0
      ? []
      : [
          d1
            .prepare(`DELETE FROM ${getTableName(sourceReferences)} WHERE ${which} AND NOT ${isNamed}`)
            .bind(userId, keysToText(settled), names),
        ]),
  ]
}

/** Rows of the user that the projection no longer has. */
function remove(
  d1: D1Database,
  userId: UserId,
  table: SQLiteTable,
  { name }: { readonly name: string },
  keys: readonly (string | number)[],
): D1PreparedStatement[] {
  if (keys.length === 0) return []
  const which = `user_id = ?1 AND ${name} IN (SELECT value FROM json_each(?2))`
  return [d1.prepare(`DELETE FROM ${getTableName(table)} WHERE ${which}`).bind(userId, JSON.stringify(keys))]
}

function keysToText(keys: readonly SourceKey[]): string {
  return JSON.stringify(keys.map(({ provider, account, ref }) => [provider, account, ref]))
}
