import type { Allowance, Entitlement } from '../../domain/entitlements/entitlement.ts'
import type { UserId } from '../../domain/values/ids.ts'
import type { JsonObject } from '../../domain/values/json.ts'
import { canonicalJson } from '../../platform/canonical-json.ts'
import type { entitlements } from '../../schema/user-tables.ts'

export type EntitlementRow = typeof entitlements.$inferSelect

/** A row of the projection; the metadata itself stays in its note. */
export function entitlementToRow(userId: UserId, entitlement: Entitlement): EntitlementRow {
  const { source, allowance, metadata, ...rest } = entitlement
  return {
    userId,
    ...rest,
    provider: source.provider,
    account: source.account,
    sourceRef: source.ref,
    product: source.product,
    allowance: canonicalJson(allowance),
    metadataSeq: metadata?.seq ?? null,
  }
}

/** An entitlement from its row and the metadata of its note, `null` once that was erased. */
export function rowToEntitlement(row: EntitlementRow, metadata: JsonObject | null): Entitlement {
  const { userId: _userId, provider, account, sourceRef, product, allowance, metadataSeq, ...rest } = row
  return {
    ...rest,
    source: { provider, account, ref: sourceRef, product },
    allowance: JSON.parse(allowance) as Allowance,
    metadata: metadataSeq === null ? null : { seq: metadataSeq, value: metadata },
  }
}
