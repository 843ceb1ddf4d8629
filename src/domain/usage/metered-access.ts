import { type Access, accessOf, decidedBy } from '../entitlements/access.ts'
import type { Balance } from '../entitlements/balance.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { type Count, countAt } from './counting.ts'
import { type LotAt, lotAt, nextChangeOf } from './lot-at.ts'
import type { Lot } from './lot.ts'
import { bySpending } from './take.ts'

/** The access to a metered feature, and the lots that may be spent, in the order in which they are. */
export interface Spending {
  readonly access: Access
  readonly spendable: readonly LotAt[]
  /** The access that the rights give, whatever was spent of it. */
  readonly standing: Access
  /** The lots that are owed. */
  readonly owing: readonly LotAt[]
}

/**
 * Returns the access to a metered feature at `now` by all of its lots, in order of precedence, and by the count of what is taken
 * of it where it is the feature that counts.
 */
export function meteredAccess(lots: readonly Lot[], now: Instant, count: Count | null = null): Access {
  return spendingOf(
    lots.map((lot) => lotAt(lot, now)),
    now,
    count,
  ).access
}

/** Returns the same with the lots that may be spent, by lots as they stand at `now`. */
export function spendingOf(lots: readonly LotAt[], now: Instant, count: Count | null = null): Spending {
  const given = lots.filter(({ lot }) => !lot.withdrawn)
  const owing = lots.filter(({ isOwing }) => isOwing)
  const standing = accessOf(
    given.map(({ lot }) => lot),
    now,
  )
  if (count !== null) return spendingByCount(given, standing, count, now)
  if (given.length === 0 && owing.length === 0) return { access: standing, spendable: [], standing, owing }
  const spendable = spendableAmong(given)
  const balance = sumOf([...spendable, ...owing])
  const nextChangeAt = nextChangeOf([...given, ...owing])
  const access = { ...spentAccess(standing, spendable, balance), balance, nextChangeAt }
  return { access, spendable, standing, owing }
}

/** What is taken stays taken, whichever lots come and go: without any that is live it is beyond what there is. */
function spendingByCount(given: readonly LotAt[], standing: Access, count: Count, now: Instant): Spending {
  const spendable = spendableAmong(given)
  const { used, reserved, nextChangeAt } = countAt(count, now)
  const granted = sumOf(spendable).granted
  const balance = { granted, used, reserved, remaining: granted - used - reserved }
  const access = {
    ...spentAccess(standing, spendable, balance),
    balance,
    nextChangeAt: earlier(nextChangeOf(given), nextChangeAt),
  }
  return { access, spendable, standing, owing: [] }
}

/** Returns what of it is another where something was spent of, or given back to, lots that may be spent then as before. */
export function spendingWith(before: Spending, changed: ReadonlyMap<LotAt, LotAt>): Spending {
  const { access, standing, owing } = before
  const spendable = before.spendable.map((one) => changed.get(one) ?? one)
  const balance = sumOf([...spendable, ...owing])
  const after = { ...spentAccess(standing, spendable, balance), balance, nextChangeAt: access.nextChangeAt }
  return { access: after, spendable, standing, owing }
}

/** Returns the access that what is left leaves of what the rights give. */
function spentAccess(standing: Access, spendable: readonly LotAt[], { remaining }: Balance): Access {
  if (!standing.allowed) return standing
  const { everyone: _everyone, ...given } = standing
  const by = (some: readonly LotAt[]) => decidedBy(some.map(({ lot }) => lot))
  if (remaining > 0) return { ...given, ...by(spendable.filter(({ balance }) => balance.remaining > 0)) }
  const mayOwe = allowsOverage(spendable)
  return {
    ...given,
    allowed: mayOwe,
    reason: mayOwe ? 'overage' : 'limit_reached',
    ...by(mayOwe ? spendable.slice(-1) : spendable),
  }
}

/** Returns the lots that may be spent at a moment, in the order in which they are spent. */
export function spendableOf(lots: readonly Lot[], now: Instant): readonly Lot[] {
  return spendableAmong(lots.map((lot) => lotAt(lot, now))).map(({ lot }) => lot)
}

function spendableAmong(lots: readonly LotAt[]): readonly LotAt[] {
  // In order of precedence the last began first, and is spent first: sorting finds them nearly sorted.
  return lots
    .filter(({ isSpendable }) => isSpendable)
    .toReversed()
    .toSorted(bySpending)
}

/** Whether a feature with these lots may be spent below zero. */
export function allowsOverage(lots: readonly LotAt[]): boolean {
  return lots.some(({ lot }) => lot.allowance.overage === 'allow')
}

/** Whether a withdrawn lot is owed: it was spent, and has not come to the end that it had. */
export function isOwing(lot: Lot, now: Instant): boolean {
  return lot.withdrawn && lotAt(lot, now).isOwing
}

function sumOf(lots: readonly LotAt[]): Balance {
  const sum = { granted: 0, used: 0, reserved: 0, remaining: 0 }
  for (const { balance } of lots) {
    sum.granted += balance.granted
    sum.used += balance.used
    sum.reserved += balance.reserved
    sum.remaining += balance.remaining
  }
  return sum
}
