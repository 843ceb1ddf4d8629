import type { Allowance, Period, Source, Terms } from './entitlement.ts'
import type { SourceFact } from './checkout/fact.ts'
import type { Register } from './checkout/register.ts'
import type { JsonObject } from './json.ts'

/** What may be asked of one user's ledger. */
export type Command = HandCommand | SettleSource | ReleaseSource

/** What a caller asks for by hand. */
export type HandCommand =
  CreateEntitlement | UpdateEntitlement | RevokeEntitlement | SuspendEntitlement | ResumeEntitlement

export interface CreateEntitlement extends Period {
  readonly type: 'create_entitlement'
  readonly entitlementId: string
  readonly feature: string
  readonly source: Source
  /** `undefined` when the caller gave none, as is right for a boolean feature. */
  readonly value: Extract<Allowance, { type: 'config' }>['value'] | undefined
  readonly trial: boolean
  readonly priority: number
  readonly metadata: JsonObject | null
}

/** What is absent from `changes` stays as it is. */
export interface UpdateEntitlement {
  readonly type: 'update_entitlement'
  readonly entitlementId: string
  readonly changes: Partial<Omit<Terms, 'allowance'>> & {
    readonly value?: Extract<Allowance, { type: 'config' }>['value']
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
  readonly register: Register | null
}

/** The source goes over to another user: everything that it gave is withdrawn. */
export interface ReleaseSource {
  readonly type: 'release_source'
  readonly source: SourceKey
}
