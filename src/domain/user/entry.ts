import type { Source, Terms } from '../entitlements/entitlement.ts'
import type { RegisterBefore } from '../purchases/register/register-before.ts'
import type { RegisterFact } from '../purchases/register/register-fact.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { Usage } from '../usage/lot.ts'
import type { LapseChange, UsageChange } from '../usage/usage-change.ts'
import type { EntitlementId, FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { JsonObject } from '../values/json.ts'

/** What a command changes, before it is an entry with a place in the ledger. */
export type Change =
  | Recorded<'entitlement_created', CreatedData>
  | Recorded<'entitlement_updated', UpdatedData>
  | Recorded<'entitlement_revoked', TouchedData>
  | Recorded<'entitlement_suspended', TouchedData>
  | Recorded<'entitlement_resumed', TouchedData>
  | Recorded<'source_settled', SourceSettledData>
  | Recorded<'source_released', { readonly source: SourceKey; readonly rules: number }>
  | Recorded<'entitlement_given', GivenData>
  | Recorded<'entitlement_withdrawn', WithdrawnData>
  | UsageChange
  | LapseChange

interface Recorded<Type extends string, Data> {
  readonly type: Type
  readonly data: Data
}

export interface TouchedData {
  readonly entitlementId: EntitlementId
}

/** `metadata` says whether the caller's data is in this entry's note (`noted`), stays as it was (`kept`), or is none. */
export interface UpdatedData extends TouchedData {
  readonly terms: Terms
  readonly metadata: 'noted' | 'kept' | 'none'
}

interface CreatedData extends UpdatedData {
  readonly feature: FeatureKey
  readonly source: Source
}

/** The facts that came about a source and the number of the rules that absorb them; by rules 1, the register that they made. */
export type SourceSettledData = { readonly source: SourceKey } & (
  | { readonly rules: 1; readonly register: RegisterBefore }
  | { readonly rules: number; readonly facts: readonly RegisterFact[] }
)

/** A right that a source gives or withdraws; `rules` decide what usage of an earlier period becomes. */
interface BySource extends TouchedData {
  readonly rules: number
  /** How far below zero the lot may be from now on without that being owed. */
  readonly forgiven: number
}

interface WithdrawnData extends BySource {
  /** Whether what was used of it counts in what the source gives instead; not after a refund. */
  readonly usageStays: boolean
}

/** A right that a source gives, for the first time or with other terms. */
export interface GivenData extends BySource {
  readonly feature: FeatureKey
  readonly source: Source
  readonly terms: Terms
  readonly held: boolean
  /** What the user before had spent of it, when the source moved; else `null`. */
  readonly spent: Usage | null
}

/** One immutable recorded change of one user's ledger. */
export type Entry = Change & {
  readonly userId: UserId
  /** 1, 2, 3… without a gap. */
  readonly seq: Seq
  readonly commandId: string
  readonly cause: Cause
  /** Never earlier than the entry before. */
  readonly recordedAt: Instant
  /** When it happened in the business: the caller or provider may report it later. */
  readonly effectiveAt: Instant
}

/** Who or what led to an entry: a request, or what arrived from elsewhere. */
export interface Cause {
  readonly kind: string
  readonly ref: string
}

/** Personal data of an entry: kept beside it so that it can be erased without breaking the chain of hashes. */
export interface Note {
  readonly actor?: string
  readonly reason?: string
  readonly metadata?: JsonObject
  /** Who holds what was taken, or used it. */
  readonly holder?: string
}
