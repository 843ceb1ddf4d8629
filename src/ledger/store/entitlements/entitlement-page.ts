import { type SQL, and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Entitlement } from '../../../domain/entitlements/entitlement.ts'
import { type EntitlementState, stateOf } from '../../../domain/entitlements/state.ts'
import type { FeatureKey, UserId } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { scannedMax, scannedPage } from '../../../platform/scanned-page.ts'
import { entitlements } from '../../../schema/user-tables.ts'
import { type EntitlementRow, rowToEntitlement } from '../entitlement-row.ts'
import { notesAt } from '../notes-at.ts'

interface OwnedEntitlement {
  readonly userId: UserId
  readonly entitlement: Entitlement
}

/** A place in the order of (userId, id), which never changes for an entitlement. */
interface EntitlementPlace {
  readonly userId: UserId
  readonly id: string
}

export interface EntitlementFilter {
  readonly feature?: FeatureKey | undefined
  readonly sourceRef?: string | undefined
  readonly state?: EntitlementState | undefined
  readonly provider?: string | undefined
  readonly product?: string | undefined
  /** Inclusive. */
  readonly endsAfter?: Instant | undefined
  /** Exclusive. */
  readonly endsBefore?: Instant | undefined
}

export interface PageRequest {
  readonly filter: EntitlementFilter
  /** The moment at which states are judged, the same for all pages of one listing. */
  readonly at: Instant
  readonly after: EntitlementPlace | null
  readonly limit: number
}

export interface EntitlementPage {
  readonly items: readonly OwnedEntitlement[]
  /** `null` only at the end. */
  readonly next: EntitlementPlace | null
}

/** An entitlement that its source has withdrawn is not listed. */
export const isGiven = eq(entitlements.withdrawn, false)

/** A page of the entitlements within `scope`, in the order of (userId, id). */
export async function entitlementPage(
  d1: D1Database,
  scope: SQL | undefined,
  { filter, at, after, limit }: PageRequest,
): Promise<EntitlementPage> {
  const isFiltered = Object.values(filter).some((value) => value !== undefined)
  const max = scannedMax(isFiltered, limit)
  const rows = await drizzle(d1)
    .select()
    .from(entitlements)
    .where(and(isGiven, scope, after === null ? undefined : beyond(after)))
    .orderBy(asc(entitlements.userId), asc(entitlements.id))
    .limit(max + 1)

  const { page, last } = scannedPage(rows, max, limit, (row) => matches(row, filter, at))
  return {
    items: await withMetadata(d1, page),
    next: last === undefined ? null : { userId: last.userId, id: last.id },
  }
}

/** Rows as entitlements, with what is left of their metadata. */
export async function withMetadata(
  d1: D1Database,
  rows: readonly EntitlementRow[],
): Promise<readonly OwnedEntitlement[]> {
  const places = rows.flatMap(({ userId, metadataSeq }) =>
    metadataSeq === null ? [] : [{ userId, seq: metadataSeq }],
  )
  const noteAt = await notesAt(d1, places)
  return rows.map((row) => {
    const { userId, metadataSeq } = row
    const note = metadataSeq === null ? null : noteAt({ userId, seq: metadataSeq })
    return { userId, entitlement: rowToEntitlement(row, note?.metadata ?? null) }
  })
}

/** As one comparison: spelled out with `or`, it would be tried on every row before it. */
function beyond({ userId, id }: EntitlementPlace): SQL {
  return sql`(${entitlements.userId}, ${entitlements.id}) > (${userId}, ${id})`
}

function matches(row: EntitlementRow, filter: EntitlementFilter, at: Instant): boolean {
  const { feature, sourceRef, state, provider, product, endsAfter, endsBefore } = filter
  return (
    (feature === undefined || row.feature === feature) &&
    (sourceRef === undefined || row.sourceRef === sourceRef) &&
    (provider === undefined || row.provider === provider) &&
    (product === undefined || row.product === product) &&
    (endsAfter === undefined || (row.endsAt !== null && row.endsAt >= endsAfter)) &&
    (endsBefore === undefined || (row.endsAt !== null && row.endsAt < endsBefore)) &&
    (state === undefined || stateOf(row, at) === state)
  )
}
