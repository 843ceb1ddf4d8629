import { type Access, accessOf } from '../entitlements/access.ts'
import type { Balance } from '../entitlements/balance.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { type Count, countAt } from './counting.ts'
import { type LotAt, lotAt, nextChangeOf } from './lot-at.ts'
import type { Lot } from './lot.ts'
import { bySpending } from './take.ts'

/** What there is of a metered feature, whatever is asked of it. */
export interface Spending {
  /** The access that the rights give, whatever was spent of it. */
  readonly standing: Access
  /** `null` where there is no lot, and nothing is counted. */
  readonly balance: Balance | null
  /** The lots that may be spent, in the order in which they are. */
  readonly spendable: readonly LotAt[]
  /** The lots that are owed. */
  readonly owing: readonly LotAt[]
  /** When time alone makes any of it another; `null` for never. */
  readonly nextChangeAt: Instant | null
}

/**
 * Returns what there is of a metered feature by all of its lots as they stand at `now`, in order of precedence, and by the count
 * of what is taken of it where it is the feature that counts.
 */
export function spendingOf(lots: readonly LotAt[], now: Instant, count: Count | null = null): Spending {
  const given = lots.filter(({ lot }) => !lot.withdrawn)
  const owing = lots.filter(({ isOwing }) => isOwing)
  const standing = accessOf(
    given.map(({ lot }) => lot),
    now,
  )
  if (count !== null) return spendingByCount(given, standing, count, now)
  if (given.length === 0 && owing.length === 0) return withoutLots(standing)
  const spendable = spendableAmong(given)
  const balance = sumOf([...spendable, ...owing])
  return { standing, balance, spendable, owing, nextChangeAt: nextChangeOf([...given, ...owing]) }
}

/** Returns what there is where no right is a lot. */
export function withoutLots(standing: Access): Spending {
  return { standing, balance: null, spendable: [], owing: [], nextChangeAt: standing.nextChangeAt }
}

/** What is taken stays taken, whichever lots come and go: without any that is live it is beyond what there is. */
function spendingByCount(given: readonly LotAt[], standing: Access, count: Count, now: Instant): Spending {
  const spendable = spendableAmong(given)
  const { used, reserved, nextChangeAt } = countAt(count, now)
  const { granted } = sumOf(spendable)
  const balance = { granted, used, reserved, remaining: granted - used - reserved }
  return { standing, balance, spendable, owing: [], nextChangeAt: earlier(nextChangeOf(given), nextChangeAt) }
}

/** Returns what of it is another where something was spent of, or given back to, lots that may be spent then as before. */
export function spendingWith(before: Spending, changed: ReadonlyMap<LotAt, LotAt>): Spending {
  const spendable = before.spendable.map((one) => changed.get(one) ?? one)
  return { ...before, spendable, balance: sumOf([...spendable, ...before.owing]) }
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

/** Returns how far below zero these lots may be spent: not at all where none allows overage, else as far as their feature says. */
export function debtMaxOf(lots: readonly LotAt[], overageMax: number): number {
  return lots.some(({ lot }) => lot.allowance.overage === 'allow') ? overageMax : 0
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
