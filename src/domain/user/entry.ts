import type { EntitlementId, FeatureKey, Seq, UserId } from '../values/ids.ts'
import type { RegisterBefore } from '../purchases/register/register-before.ts'
import type { RegisterFact } from '../purchases/register/register-fact.ts'
import type { Source, Terms } from '../entitlements/entitlement.ts'
import type { Instant } from '../values/instant.ts'
import type { JsonObject } from '../values/json.ts'
import type { Usage } from '../usage/lot.ts'
import type { UsageChange } from '../usage/usage-change.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'

/** What a command changes, before it has its place in the ledger. */
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

interface Recorded<Type extends string, Data> {
  readonly type: Type
  readonly data: Data
}

export interface TouchedData {
  readonly entitlementId: EntitlementId
}

/** `metadata` says what became of the caller's own data: the data itself lies in the entry's note. */
export interface UpdatedData extends TouchedData {
  readonly terms: Terms
  readonly metadata: 'noted' | 'kept' | 'none'
}

export interface CreatedData extends UpdatedData {
  readonly feature: FeatureKey
  readonly source: Source
}

/** The facts of a source that came, and by which rules they were absorbed; by rules 1, what they made of its register. */
export type SourceSettledData = { readonly source: SourceKey } & (
  | { readonly rules: 1; readonly register: RegisterBefore }
  | { readonly rules: number; readonly facts: readonly RegisterFact[] }
)

/** What a source gives or no longer gives, by which rules of what was used before. */
interface BySource extends TouchedData {
  readonly rules: number
  /** How far below zero a lot may be since then without that being owed. */
  readonly forgiven: number
}

export interface WithdrawnData extends BySource {
  /** Whether what was used of it stays used in what the source gives instead. */
  readonly usageStays: boolean
}

/** What a source gives now, whether or not it gave it before. */
export interface GivenData extends BySource {
  readonly feature: FeatureKey
  readonly source: Source
  readonly terms: Terms
  readonly held: boolean
  /** What another user had spent of it, from whom it came over. */
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
  /** When it happened in the business, which may be earlier than when it was recorded. */
  readonly effectiveAt: Instant
}

/** Who or what led to an entry: a request, or what arrived from elsewhere. */
export interface Cause {
  readonly kind: string
  readonly ref: string
}

/** What may have to be erased one day, and so is kept beside the entry and not in it. */
export interface Note {
  readonly actor?: string
  readonly reason?: string
  readonly metadata?: JsonObject
}
