import type { Entitlement } from '../entitlement.ts'
import type { UserState } from '../user-state.ts'
import { type Hold, type Lot, lotOf } from './lot.ts'

type OfUsage = Pick<UserState, 'usage' | 'reservations'>

/** The lots of a user for one feature, those that were taken back among them. */
export function lotsFor(state: UserState, feature: string): readonly Lot[] {
  return [...state.entitlements.values()].flatMap((entitlement) => {
    const lot = entitlement.feature === feature ? lotIn(state, entitlement) : null
    return lot === null ? [] : [lot]
  })
}

/** The lot of an entitlement, `null` when its feature is not metered. */
export function lotIn({ usage, reservations }: OfUsage, entitlement: Entitlement): Lot | null {
  const { id } = entitlement
  const holds: Hold[] = []
  if (entitlement.allowance.type === 'metered') {
    for (const { takes, endsAt } of reservations.values()) {
      for (const { entitlementId, period, amount } of takes) {
        if (entitlementId === id) holds.push({ period, amount, endsAt })
      }
    }
  }
  return lotOf(entitlement, usage.get(id) ?? null, holds)
}
