import { type Entitlement, isBought, isEverybodys } from '../entitlements/entitlement.ts'
import { hasEnded } from '../entitlements/state.ts'
import { isGivenBy } from '../purchases/products/is-given-by.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import { isSpent } from '../usage/spent-lots.ts'
import type { Instant } from '../values/instant.ts'
import type { Change } from './entry.ts'
import type { EntitlementRefusal } from './refusal.ts'
import { lotIn } from './user-lots.ts'
import type { UserState } from './user-state.ts'

/**
 * How many entitlements by hand, in plans too, one user may have that are live or to come, and as many by purchases: each has
 * a limit of its own, so that what strangers buy for a user takes no room from what the shop grants.
 */
export const LIVE_ENTITLEMENTS_MAX = 1000

/** How many entitlements one order, subscription or plan may give. */
const SOURCE_ENTITLEMENTS_MAX = 250

/** How many one payer may give to a user whom only they name: half of the limit, so that no payer takes all of it. */
export const PAYER_ENTITLEMENTS_MAX = 500

/** Whether one more entitlement may be created by hand. */
export function hasRoomByHand(state: UserState, now: Instant): boolean {
  let live = 0
  for (const one of state.entitlements.values()) if (!isBought(one) && takesRoom(state, one, now)) live += 1
  return live < LIVE_ENTITLEMENTS_MAX
}

/** Returns why a purchase or a plan may not give what these changes would, `null` where it may. What it gives already is never refused. */
export function roomRefusal(
  state: UserState,
  source: SourceKey,
  changes: readonly Change[],
  now: Instant,
): EntitlementRefusal | null {
  const ids = new Set(
    changes.flatMap(({ type, data }) => (type === 'entitlement_given' ? [data.entitlementId] : [])),
  )
  const newIds = [...ids].filter((id) => {
    const current = state.entitlements.get(id)
    return current === undefined || !isLive(current, now)
  })
  if (newIds.length === 0) return null
  const isAlike = (one: Entitlement) => isBought(one) === isBought({ source })
  // What goes with the same changes makes room: another product is given in the place of the one before.
  const goes = new Set(
    changes.flatMap(({ type, data }) => (type === 'entitlement_withdrawn' ? [data.entitlementId] : [])),
  )
  const live = [...state.entitlements.values()].filter(
    (one) => isAlike(one) && !goes.has(one.id) && takesRoom(state, one, now),
  )
  const own = live.filter((one) => isGivenBy(one, source))
  if (own.length + newIds.length > SOURCE_ENTITLEMENTS_MAX) {
    return { code: 'too_many_entitlements', limit: SOURCE_ENTITLEMENTS_MAX }
  }
  const isTooMuch = live.length + newIds.length > LIVE_ENTITLEMENTS_MAX
  return isTooMuch ? { code: 'too_many_entitlements', limit: LIVE_ENTITLEMENTS_MAX } : null
}

/** Whether an entitlement counts: one that has ended does not, nor a lot that is spent, nor what everybody has. */
export function takesRoom(state: UserState, one: Entitlement, now: Instant): boolean {
  if (isEverybodys(one) || !isLive(one, now)) return false
  const lot = lotIn(state, one)
  return lot === null || !isSpent(lot)
}

function isLive(entitlement: Entitlement, now: Instant): boolean {
  return !entitlement.withdrawn && !hasEnded(entitlement, now)
}
