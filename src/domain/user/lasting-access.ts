import { type Access, type Right, accessOf } from '../entitlements/access.ts'
import { isMetered } from '../entitlements/feature.ts'
import { nextChangeAt } from '../entitlements/state.ts'
import type { Count } from '../usage/counting.ts'
import { type Lot, turnsAt } from '../usage/lot.ts'
import { meteredAccess } from '../usage/metered-access.ts'
import { type Instant, earlier } from '../values/instant.ts'

/** What rights were found to give, and as long as they give just that. */
interface LastingAccess {
  readonly access: Access
  readonly from: Instant
  /** Exclusive. */
  readonly until: number
}

const NO_RIGHTS: readonly Right[] = []

/** Made when somebody first asks, and again when time has turned something: between these no check walks the rights. */
const found = new WeakMap<readonly Right[], LastingAccess>()

/**
 * Returns the access by the rights to one feature at `now`: as if it were evaluated then. With a count of what is taken, which is
 * the user's own while the rights may be everybody's, it is.
 */
export function lastingAccess(
  rights: readonly Right[] = NO_RIGHTS,
  now: Instant,
  count: Count | null = null,
): Access {
  if (count !== null) return meteredAccess(rights.filter(isLot), now, count)
  const known = found.get(rights)
  if (known !== undefined && known.from <= now && now < known.until) return known.access
  const access = accessIn(rights, now)
  found.set(rights, { access, from: now, until: untilWhen(rights, now) })
  return access
}

function accessIn(rights: readonly Right[], now: Instant): Access {
  const lots = rights.filter(isLot)
  return lots.length === 0 ? accessOf(rights, now) : meteredAccess(lots, now)
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
