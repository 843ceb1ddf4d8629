import type { EntitlementId, FeatureKey } from '../values/ids.ts'
import type { AllowanceRequest } from '../entitlements/allowance.ts'
import type { Period, Source, Terms } from '../entitlements/entitlement.ts'
import type { SourceFact } from '../purchases/register/fact.ts'
import type { JsonObject } from '../values/json.ts'
import type { Reset } from '../entitlements/reset.ts'
import type { UsageCommand } from '../usage/usage-command.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { HandOver } from './hand-over.ts'

/** What may be asked of one user's ledger. */
export type Command = HandCommand | UsageCommand | SettleSource | ReleaseSource

/** What a caller asks of an entitlement by hand. */
export type HandCommand =
  CreateEntitlement | UpdateEntitlement | RevokeEntitlement | SuspendEntitlement | ResumeEntitlement

export interface CreateEntitlement extends Period {
  readonly type: 'create_entitlement'
  readonly entitlementId: EntitlementId
  readonly feature: FeatureKey
  readonly source: Source
  /** `undefined` when the caller gave none, as is right for a boolean feature. */
  readonly value: AllowanceRequest['value']
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
  readonly entitlementId: EntitlementId
  readonly changes: Partial<Omit<Terms, 'allowance'>> & {
    readonly value?: AllowanceRequest['value']
    readonly amount?: number
    /** `null` gives the amount once. */
    readonly reset?: AskedReset | null
    /** `null` forgets the metadata. */
    readonly metadata?: JsonObject | null
  }
}

export interface RevokeEntitlement {
  readonly type: 'revoke_entitlement'
  readonly entitlementId: EntitlementId
}

export interface SuspendEntitlement {
  readonly type: 'suspend_entitlement'
  readonly entitlementId: EntitlementId
}

export interface ResumeEntitlement {
  readonly type: 'resume_entitlement'
  readonly entitlementId: EntitlementId
}

/** Takes in what is told of a source, and gives and withdraws what follows from it and from today's catalog. */
export interface SettleSource {
  readonly type: 'settle_source'
  readonly source: SourceKey
  /** None when only the catalog has changed. */
  readonly facts: readonly SourceFact[]
  /** What other users' ledgers have left of it, when it comes over from there; `null` when it does not. */
  readonly moved: readonly HandOver[] | null
}

/** The source goes over to another user: everything that it gave is withdrawn, and what is to go along is left. */
export interface ReleaseSource {
  readonly type: 'release_source'
  readonly source: SourceKey
}
