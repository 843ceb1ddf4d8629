import type { Entitlement } from '../../entitlements/entitlement.ts'
import { isMetered } from '../../entitlements/feature.ts'
import type { SourceGift } from '../../purchases/products/gives.ts'
import type { Instant } from '../../values/instant.ts'
import type { UserState } from '../user-state.ts'

/**
 * Returns a gift whose paid period keeps the key under which something of its source was used: later events may put another
 * key first, and what was used would then count for no period.
 */
export function withPeriodKey<Gift extends SourceGift>(gift: Gift, inUse: readonly (Instant | null)[]): Gift {
  const { terms, periodKeys } = gift
  const { allowance } = terms
  if (!isMetered(allowance) || allowance.reset !== null) return gift
  const [period = null] = [...inUse.filter((key) => periodKeys.includes(key)), ...periodKeys]
  return { ...gift, terms: { ...terms, allowance: { ...allowance, period } } }
}

/** Returns the period keys that a source's holds and lots have, in the order in which one is to be kept. */
export function periodKeysInUse(
  state: UserState,
  entitlements: readonly Entitlement[],
): readonly (Instant | null)[] {
  const metered = entitlements.filter(({ allowance }) => isMetered(allowance) && allowance.reset === null)
  const ids = new Set(metered.map(({ id }) => id))
  const ofHolds = [...state.reservations.values()].flatMap(({ takes }) =>
    takes.flatMap(({ entitlementId, period }) => (ids.has(entitlementId) ? [period] : [])),
  )
  const ofAllowances = metered
    .toSorted((a, b) => Number(a.withdrawn) - Number(b.withdrawn))
    .flatMap(({ allowance }) => (isMetered(allowance) ? [allowance.period] : []))
  const ofOtherPeriods = metered.flatMap(({ id }) =>
    (state.usage.get(id)?.others ?? []).map(({ name }) => name),
  )
  return [...ofHolds, ...ofAllowances, ...ofOtherPeriods]
}
