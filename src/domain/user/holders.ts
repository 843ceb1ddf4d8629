import type { Catalog } from '../catalog/catalog.ts'
import type { Taking } from '../usage/usage-command.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type Result, err, ok } from '../values/result.ts'
import type { Holding, Reservation, UserState } from './user-state.ts'

/** How much one user's holders may hold at once of all features, each counted once. */
export const HOLDERS_MAX = 10_000

/** What stays as it is, or is a lease that goes on: no entry tells of it. */
export type HolderStanding =
  | { readonly type: 'holding_stands'; readonly holding: Holding }
  | { readonly type: 'lease_stands'; readonly reservation: Reservation }

type OfHolders = Pick<UserState, 'holdings' | 'reservations'>

/** Returns what a holder has of a held feature: a holding, or a lease that is open; `null` where they have nothing of it. */
export function standingOf(
  { holdings, reservations }: OfHolders,
  { feature, holder }: { readonly feature: FeatureKey; readonly holder: string },
  now: Instant,
): HolderStanding | null {
  for (const holding of holdings.values()) {
    if (holding.holder === holder && holding.feature === feature) return { type: 'holding_stands', holding }
  }
  for (const reservation of reservations.values()) {
    const isTheirs = reservation.holder === holder && reservation.feature === feature
    const isOpen = reservation.counted === 'held' && now < reservation.endsAt
    if (isTheirs && isOpen) return { type: 'lease_stands', reservation }
  }
  return null
}

/**
 * Returns what stands already where somebody takes of a held feature who has as much of it in the same way: that is the same
 * once more. `null` where they have nothing of it, or where it does not matter who has what.
 */
export function standingFor(
  state: OfHolders,
  way: HolderStanding['type'],
  { feature, amount, holder }: Taking,
  { features }: Catalog,
  now: Instant,
): Result<HolderStanding | null, UsageRefusal> {
  const known = features.get(feature)
  if (known?.held !== true || !known.enabled || holder === undefined) return ok(null)
  const standing = standingOf(state, { feature, holder }, now)
  if (standing === null) {
    const isFull = state.holdings.size >= HOLDERS_MAX
    return isFull ? err({ code: 'too_many_holders', limit: HOLDERS_MAX }) : ok(null)
  }
  const has = standing.type === 'holding_stands' ? standing.holding : standing.reservation
  if (standing.type === way && has.amount === amount) return ok(standing)
  return err({ code: 'holder_exists', feature, has: standing.type, seq: has.seq, amount: has.amount })
}
