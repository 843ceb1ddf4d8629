import type { Asked } from './allowance.ts'
import type { Entitlement, Period, Source, Terms } from './entitlement.ts'
import type { SourceFact } from './checkout/fact.ts'
import type { Register } from './checkout/register.ts'
import type { JsonObject } from './json.ts'
import type { Instant } from './instant.ts'
import type { Usage } from './usage/lot.ts'
import type { Reset } from './usage/reset.ts'
import type { Take } from './usage/take.ts'
import type { UsageCommand } from './usage/usage-command.ts'

/** What may be asked of one user's ledger. */
export type Command = HandCommand | UsageCommand | SettleSource | ReleaseSource

/** What a caller asks of an entitlement by hand. */
export type HandCommand =
  CreateEntitlement | UpdateEntitlement | RevokeEntitlement | SuspendEntitlement | ResumeEntitlement

export interface CreateEntitlement extends Period {
  readonly type: 'create_entitlement'
  readonly entitlementId: string
  readonly feature: string
  readonly source: Source
  /** `undefined` when the caller gave none, as is right for a boolean feature. */
  readonly value: Asked['value']
  readonly amount: number | undefined
  readonly reset: AskedReset | null
  readonly trial: boolean
  readonly priority: number
  readonly metadata: JsonObject | null
}

/** Without an anchor it counts from the start of the right. */
export type AskedReset = Omit<Reset, 'anchor'> & { readonly anchor: Reset['anchor'] | null }

/** What is absent from `changes` stays as it is. */
export interface UpdateEntitlement {
  readonly type: 'update_entitlement'
  readonly entitlementId: string
  readonly changes: Partial<Omit<Terms, 'allowance'>> & {
    readonly value?: Asked['value']
    readonly amount?: number
    /** `null` gives the amount once. */
    readonly reset?: AskedReset | null
    /** `null` forgets the metadata. */
    readonly metadata?: JsonObject | null
  }
}

export interface RevokeEntitlement {
  readonly type: 'revoke_entitlement'
  readonly entitlementId: string
}

export interface SuspendEntitlement {
  readonly type: 'suspend_entitlement'
  readonly entitlementId: string
}

export interface ResumeEntitlement {
  readonly type: 'resume_entitlement'
  readonly entitlementId: string
}

/** Names one checkout source of a user. */
export interface SourceKey {
  readonly provider: string
  /** Which of the provider's accounts; empty where there is one. */
  readonly account: string
  readonly ref: string
}

/** Takes in what is told of a source, and gives and withdraws what follows from it and from today's catalog. */
export interface SettleSource {
  readonly type: 'settle_source'
  readonly source: SourceKey
  /** None when only the catalog has changed. */
  readonly facts: readonly SourceFact[]
  /** What other users' ledgers have left of it, when it comes over from there; `null` when it does not. */
  readonly moved: readonly Left[] | null
}

/** What one user has left of a source. */
export interface Left {
  readonly userId: string
  readonly moved: Moved
}

/** What one user's ledger leaves to another of a source. */
export interface Moved {
  readonly register: Register
  /** What something was spent or is held of, or was stopped by hand, what the source gives before what it gave. */
  readonly lots: readonly MovedLot[]
  /** What reservations hold of them. */
  readonly holds: readonly MovedHold[]
}

/** A right as the source last gave it, with what was spent of it. */
export interface MovedLot extends Pick<Entitlement, 'feature' | 'held' | 'withdrawn' | 'usageStays'> {
  readonly entitlementId: string
  readonly product: string | null
  readonly terms: Terms
  /** `null` where nothing can be spent of it. */
  readonly usage: Usage | null
  /** What was done to it by hand. */
  readonly stopped: 'suspended' | 'revoked' | null
}

export interface MovedHold {
  readonly feature: string
  readonly takes: readonly Take[]
  readonly endsAt: Instant
}

/** The source goes over to another user: everything that it gave is withdrawn, and what is to go along is left. */
export interface ReleaseSource {
  readonly type: 'release_source'
  readonly source: SourceKey
}
