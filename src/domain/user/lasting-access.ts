import { type Access, type Right, accessOf } from '../entitlements/access.ts'
import { type Feature, isMetered } from '../entitlements/feature.ts'
import { nextChangeAt } from '../entitlements/state.ts'
import type { Count } from '../usage/counting.ts'
import { accessToAmount } from '../usage/access-to-amount.ts'
import { lotAt } from '../usage/lot-at.ts'
import { type Lot, turnsAt } from '../usage/lot.ts'
import { type Spending, spendingOf, withoutLots } from '../usage/metered-access.ts'
import { type Instant, earlier } from '../values/instant.ts'

/** What rights were found to give, and as long as they give just that. */
interface LastingSpending {
  readonly spending: Spending
  readonly from: Instant
  /** Exclusive. */
  readonly until: number
}

const NO_RIGHTS: readonly Right[] = []

/** Made when somebody first asks, and again when time has turned something: between these no check walks the rights. */
const found = new WeakMap<readonly Right[], LastingSpending>()

/** Returns the access by the rights to one feature at `now`: as if it were evaluated then. */
export function lastingAccess(rights: readonly Right[] = NO_RIGHTS, now: Instant): Access {
  return accessToOwn(lastingSpending(rights, now), undefined)
}

/**
 * Returns what the rights to one feature give at `now`. With a count of what is taken, which is the user's own while the rights
 * may be everybody's, it is reckoned anew.
 */
export function lastingSpending(
  rights: readonly Right[],
  now: Instant,
  count: Count | null = null,
): Spending {
  if (count !== null) return spendingIn(rights.filter(isLot), now, count)
  const known = found.get(rights)
  if (known !== undefined && known.from <= now && now < known.until) return known.spending
  const lots = rights.filter(isLot)
  const spending = lots.length === 0 ? withoutLots(accessOf(rights, now)) : spendingIn(lots, now)
  found.set(rights, { spending, from: now, until: untilWhen(rights, now) })
  return spending
}

function spendingIn(lots: readonly Lot[], now: Instant, count: Count | null = null): Spending {
  return spendingOf(
    lots.map((lot) => lotAt(lot, now)),
    now,
    count,
  )
}

/** Returns the access to so much of a feature that spends its own lots, or is not metered: that takes no amount. */
export function accessToOwn(spending: Spending, known: Feature | undefined, amount = 1): Access {
  if (spending.balance === null && known?.type !== 'metered') return spending.standing
  return accessToAmount(spending, { amount, rate: null, overageMax: known?.overageMax ?? Infinity })
}

/** Whether a right is a lot; either all rights to a feature are, or none. */
export function isLot(right: Right): right is Lot {
  return isMetered(right.allowance)
}

function untilWhen(rights: readonly Right[], now: Instant): number {
  let until: Instant | null = null
  for (const right of rights) {
    // Which of several misses is the nearest may change while what was done by hand counts from a moment to come.
    if ((right.revokedAt ?? -Infinity) >= now || (right.suspendedAt ?? -Infinity) >= now) return now
    until = earlier(until, isLot(right) ? turnsAt(right, now) : nextChangeAt(right, now))
  }
  return until ?? Infinity
}
