import type { Right } from '../../src/domain/entitlements/access.ts'
import type { CreateEntitlement } from '../../src/domain/user/command.ts'
import type { Entitlement } from '../../src/domain/entitlements/entitlement.ts'

/** A moment to count from. */
export const NOON = Date.UTC(2030, 0, 1, 12)
export const HOUR = 3_600_000

/** An entitlement that gives access at any time, unless told otherwise. */
export function anEntitlement(facts: Partial<Entitlement> = {}): Entitlement {
  return {
    id: 'ent_a',
    feature: 'export',
    source: { provider: 'api', account: '', ref: 'order-1', product: null },
    allowance: { type: 'boolean' },
    startsAt: null,
    endsAt: null,
    graceEndsAt: null,
    trial: false,
    priority: 0,
    createdAt: NOON - 100 * HOUR,
    suspendedAt: null,
    revokedAt: null,
    held: false,
    withdrawn: false,
    usageStays: false,
    version: 1,
    metadata: null,
    ...facts,
  }
}

export function aRight(facts: Partial<Entitlement> = {}): Right {
  return anEntitlement(facts)
}

export function aCreation(facts: Partial<CreateEntitlement> = {}): CreateEntitlement {
  return {
    type: 'create_entitlement',
    entitlementId: 'ent_a',
    feature: 'export',
    source: { provider: 'api', account: '', ref: 'order-1', product: null },
    value: undefined,
    amount: undefined,
    reset: null,
    startsAt: null,
    endsAt: null,
    graceEndsAt: null,
    trial: false,
    priority: 0,
    metadata: null,
    ...facts,
  }
}
