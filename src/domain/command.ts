import type { Asked } from './allowance.ts'
import type { Period, Source, Terms } from './entitlement.ts'
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
  /** What another user's ledger knew of it, when it comes over from there. */
  readonly moved: Moved | null
}

/** What one user's ledger leaves to another of a source. */
export interface Moved {
  readonly register: Register
  /** What was spent of what it gives, by entitlement. */
  readonly spent: readonly (readonly [entitlementId: string, Usage])[]
  /** What reservations hold of it, which goes along. */
  readonly holds: readonly MovedHold[]
}

export interface MovedHold {
  readonly feature: string
  readonly takes: readonly Take[]
  readonly endsAt: Instant
}

/** The source goes over to another user: everything that it gave is withdrawn, and answered with what is to go along. */
export interface ReleaseSource {
  readonly type: 'release_source'
  readonly source: SourceKey
}
