import { type Access, accessOf } from '../entitlements/access.ts'
import type { Balance } from '../entitlements/balance.ts'
import { hasEnded, ruleFor } from '../entitlements/state.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { type Lot, balanceOf, nextLotChangeAt } from './lot.ts'
import { inSpendingOrder } from './take.ts'

/** Returns the access to a metered feature at `now` by all of its lots, in order of precedence. */
export function meteredAccess(lots: readonly Lot[], now: Instant): Access {
  const notWithdrawn = lots.filter(({ withdrawn }) => !withdrawn)
  const owing = lots.filter((lot) => isOwing(lot, now))
  const standing = accessOf(notWithdrawn, now)
  if (notWithdrawn.length === 0 && owing.length === 0) return standing
  const spendable = spendableOf(notWithdrawn, now)
  const balance = sumOf([...spendable, ...owing], now)
  const moments = [...notWithdrawn, ...owing].map((lot) => nextLotChangeAt(lot, now))
  const nextChangeAt = moments.reduce(earlier, standing.nextChangeAt)
  const ids = (some: readonly Lot[]) => some.map(({ id }) => id)

  if (!standing.allowed) return { ...standing, balance, nextChangeAt }
  if (balance.remaining > 0) {
    const withSome = spendable.filter((lot) => balanceOf(lot, now).remaining > 0)
    return { ...standing, entitlements: ids(withSome), balance, nextChangeAt }
  }
  const mayOwe = allowsOverage(spendable)
  const entitlements = ids(mayOwe ? spendable.slice(-1) : spendable)
  return {
    allowed: mayOwe,
    reason: mayOwe ? 'overage' : 'limit_reached',
    entitlements,
    balance,
    nextChangeAt,
  }
}

/** Returns the lots that may be spent at a moment, in the order in which they are spent. */
export function spendableOf(lots: readonly Lot[], now: Instant): readonly Lot[] {
  const live = lots.filter((lot) => !lot.withdrawn && ruleFor(lot, now).allows)
  return inSpendingOrder(live, now)
}

/** Whether a feature with these lots may be spent below zero. */
export function allowsOverage(lots: readonly Lot[]): boolean {
  return lots.some(({ allowance }) => allowance.overage === 'allow')
}

/** Whether a withdrawn lot is owed: it was spent, and has not come to the end that it had. */
export function isOwing(lot: Lot, now: Instant): boolean {
  return lot.withdrawn && !hasEnded(lot, now) && balanceOf(lot, now).remaining < 0
}

function sumOf(lots: readonly Lot[], now: Instant): Balance {
  const sum = { granted: 0, used: 0, reserved: 0, remaining: 0 }
  for (const lot of lots) {
    const { granted, used, reserved, remaining } = balanceOf(lot, now)
    sum.granted += granted
    sum.used += used
    sum.reserved += reserved
    sum.remaining += remaining
  }
  return sum
}
