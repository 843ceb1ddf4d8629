import type { AllowanceRequest } from '../entitlements/allowance.ts'
import type { Period, Source, Terms } from '../entitlements/entitlement.ts'
import type { Reset } from '../entitlements/reset.ts'
import type { PlanCommand } from '../purchases/plans/plan-command.ts'
import type { SourceFact } from '../purchases/register/fact.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import type { UsageCommand } from '../usage/usage-command.ts'
import type { EntitlementId, FeatureKey } from '../values/ids.ts'
import type { JsonObject } from '../values/json.ts'
import type { HandOver } from './hand-over.ts'

/** A command to one user's ledger. Its form is sent to the user's object. */
export type Command = HandCommand | PlanCommand | UsageCommand | SettleSource | ReleaseSource

/** A caller's command on an entitlement; what a purchase gives can be stopped by hand, and not updated. */
export type HandCommand =
  CreateEntitlement | UpdateEntitlement | RevokeEntitlement | SuspendEntitlement | ResumeEntitlement

export interface CreateEntitlement extends Period {
  readonly type: 'create_entitlement'
  readonly entitlementId: EntitlementId
  readonly feature: FeatureKey
  readonly source: Source
  /** `undefined` where the caller gave none. */
  readonly value: AllowanceRequest['value']
  readonly amount: number | undefined
  readonly reset: AskedReset | null
  readonly trial: boolean
  readonly priority: number
  readonly metadata: JsonObject | null
}

/** A reset whose anchor is the start of the right where it is `null`. */
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

interface RevokeEntitlement {
  readonly type: 'revoke_entitlement'
  readonly entitlementId: EntitlementId
}

interface SuspendEntitlement {
  readonly type: 'suspend_entitlement'
  readonly entitlementId: EntitlementId
}

interface ResumeEntitlement {
  readonly type: 'resume_entitlement'
  readonly entitlementId: EntitlementId
}

/** Adds facts to a source's register, and gives and withdraws what follows by today's catalog. */
export interface SettleSource {
  readonly type: 'settle_source'
  readonly source: SourceKey
  /** Empty when only the catalog has changed. */
  readonly facts: readonly SourceFact[]
  /** What other users' ledgers left of it, when it moves from there; `null` when it does not move. */
  readonly moved: readonly HandOver[] | null
}

/** Lets a source go to another user: all that it gave is withdrawn, and a hand-over of it is kept for them. */
export interface ReleaseSource {
  readonly type: 'release_source'
  readonly source: SourceKey
}
