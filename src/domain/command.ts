import type { Allowance, Period, Source, Terms } from './entitlement.ts'
import type { JsonObject } from './json.ts'

/** What a caller may ask of one user's ledger. */
export type Command =
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
