import type { EntitlementId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type LotAt, lotAt } from './lot-at.ts'
import { type Lot, usageAt } from './lot.ts'

/** An amount that was taken from a lot, or given back to it, in one of its periods. It is stored in entries and rows. */
export interface Take {
  readonly entitlementId: EntitlementId
  /** The key of the period: `Usage.name`. */
  readonly period: Instant | null
  readonly amount: number
}

/** Returns lots in the order in which they are spent. */
export function inSpendingOrder(lots: readonly Lot[], now: Instant): readonly Lot[] {
  return lots
    .map((lot) => lotAt(lot, now))
    .toSorted(bySpending)
    .map(({ lot }) => lot)
}

/** Orders lots as they are spent: highest priority, then lost soonest, then started first; what everybody has after that. */
export function bySpending(a: LotAt, b: LotAt): number {
  return (
    b.lot.priority - a.lot.priority ||
    compare(a.lossAt, b.lossAt) ||
    compare(startOf(a), startOf(b)) ||
    (a.lot.id < b.lot.id ? -1 : 1)
  )
}

/** Returns from which lots, in order, an amount is taken. What none of them has is taken from the last one, which owes it. */
export function takeFrom(lots: readonly LotAt[], amount: number, now: Instant): readonly Take[] {
  const takes: Take[] = []
  let missing = amount
  for (const [index, { lot, balance }] of lots.entries()) {
    const isLast = index === lots.length - 1
    const part = isLast ? missing : Math.min(Math.max(0, balance.remaining), missing)
    if (part > 0) takes.push({ entitlementId: lot.id, period: usageAt(lot, now).name, amount: part })
    missing -= part
  }
  return takes
}

/** Returns the takes of the first `amount`, in the same order. */
export function firstPartOf(takes: readonly Take[], amount: number): readonly Take[] {
  let missing = amount
  return takes.flatMap((take) => {
    const part = Math.min(take.amount, missing)
    missing -= part
    return part > 0 ? [{ ...take, amount: part }] : []
  })
}

/** Returns what goes back to which lots when `amount` more is reversed: what was taken last goes back first. */
export function returnsOf(takes: readonly Take[], alreadyReversed: number, amount: number): readonly Take[] {
  const total = totalOf(takes)
  const remaining = firstPartOf(takes, total - alreadyReversed - amount)
  const current = firstPartOf(takes, total - alreadyReversed)
  return current.flatMap((take, index) => {
    const part = take.amount - (remaining[index]?.amount ?? 0)
    return part > 0 ? [{ ...take, amount: part }] : []
  })
}

/** Returns how much of `amount` more that is reversed no lot had had: that was taken last. */
export function overageBack(overage: number, alreadyReversed: number, amount: number): number {
  return Math.min(overage, alreadyReversed + amount) - Math.min(overage, alreadyReversed)
}

export function totalOf(takes: readonly Take[]): number {
  return takes.reduce((total, { amount }) => total + amount, 0)
}

/** The same before and after the first use. */
function startOf({ lot }: LotAt): number {
  return lot.everyone === undefined ? lot.startedAt : Infinity
}

/** Orders numbers that may be `Infinity`, whose difference is NaN. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
