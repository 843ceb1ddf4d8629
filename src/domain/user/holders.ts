import type { Catalog } from '../catalog/catalog.ts'
import type { Taking } from '../usage/usage-command.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type Result, err, ok } from '../values/result.ts'
import type { Holding, Reservation, UserState } from './user-state.ts'

/** How much one user's holders may hold at once of all features, each counted once. */
export const HOLDERS_MAX = 10_000

/** What somebody has of a feature already. No entry tells that it stays as it is, nor that it is a lease which goes on for longer. */
export type Possession =
  | { readonly type: 'holding'; readonly holding: Holding }
  | { readonly type: 'lease'; readonly reservation: Reservation }

type OfHolders = Pick<UserState, 'holdings' | 'reservations'>

/** Returns what a holder has of a held feature: a holding, or a lease that is open; `null` where they have nothing of it. */
export function possessionOf(
  { holdings, reservations }: OfHolders,
  { feature, holder }: { readonly feature: FeatureKey; readonly holder: string },
  now: Instant,
): Possession | null {
  for (const holding of holdings.values()) {
    if (holding.holder === holder && holding.feature === feature) return { type: 'holding', holding }
  }
  for (const reservation of reservations.values()) {
    const isTheirs = reservation.holder === holder && reservation.feature === feature
    const isOpen = reservation.counted === 'held' && now < reservation.endsAt
    if (isTheirs && isOpen) return { type: 'lease', reservation }
  }
  return null
}

/**
 * Returns what somebody has who takes of a held feature as much as they have of it in the same way: that is the same once more.
 * `null` where they have nothing of it, or where it does not matter who has what.
 */
export function samePossession(
  state: OfHolders,
  way: Possession['type'],
  { feature, amount, holder }: Taking,
  { features }: Catalog,
  now: Instant,
): Result<Possession | null, UsageRefusal> {
  const known = features.get(feature)
  if (known?.held !== true || !known.enabled || holder === undefined) return ok(null)
  const possession = possessionOf(state, { feature, holder }, now)
  if (possession === null) {
    const isFull = state.holdings.size >= HOLDERS_MAX
    return isFull ? err({ code: 'too_many_holders', limit: HOLDERS_MAX }) : ok(null)
  }
  const has = possession.type === 'holding' ? possession.holding : possession.reservation
  if (possession.type === way && has.amount === amount) return ok(possession)
  return err({ code: 'holder_exists', feature, has: possession.type, seq: has.seq, amount: has.amount })
}
