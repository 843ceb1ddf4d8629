import type { EntitlementId } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type Lot, balanceOf, lossAt, usageAt } from './lot.ts'

/** What was taken from a lot, or went back to it, in which of its periods. */
export interface Take {
  readonly entitlementId: EntitlementId
  /** The name of the period. */
  readonly period: Instant | null
  readonly amount: number
}

/** Highest priority first, then what is lost soonest, then the oldest. */
export function inSpendingOrder(lots: readonly Lot[], now: Instant): readonly Lot[] {
  return lots.toSorted(
    (a, b) =>
      b.priority - a.priority ||
      compare(lossAt(a, now) ?? Infinity, lossAt(b, now) ?? Infinity) ||
      a.startedAt - b.startedAt ||
      (a.id < b.id ? -1 : 1),
  )
}

/** Takes an amount from lots in their order. What none of them has is taken from the last one, which owes it then. */
export function takeFrom(lots: readonly Lot[], amount: number, now: Instant): readonly Take[] {
  const takes: Take[] = []
  let wanted = amount
  for (const [index, lot] of lots.entries()) {
    const there = Math.max(0, balanceOf(lot, now).remaining)
    const isLast = index === lots.length - 1
    const part = isLast ? wanted : Math.min(there, wanted)
    if (part > 0) takes.push({ entitlementId: lot.id, period: usageAt(lot, now).name, amount: part })
    wanted -= part
  }
  return takes
}

/** The first `amount` of what was taken, in the same order. */
export function firstPartOf(takes: readonly Take[], amount: number): readonly Take[] {
  let wanted = amount
  return takes.flatMap((take) => {
    const part = Math.min(take.amount, wanted)
    wanted -= part
    return part > 0 ? [{ ...take, amount: part }] : []
  })
}

/** What goes back when `amount` more is reversed of what was taken: the last taken first, as if it had never been. */
export function returnsOf(takes: readonly Take[], alreadyReversed: number, amount: number): readonly Take[] {
  const total = totalOf(takes)
  const left = firstPartOf(takes, total - alreadyReversed - amount)
  const before = firstPartOf(takes, total - alreadyReversed)
  return before.flatMap((take, index) => {
    const part = take.amount - (left[index]?.amount ?? 0)
    return part > 0 ? [{ ...take, amount: part }] : []
  })
}

export function totalOf(takes: readonly Take[]): number {
  return takes.reduce((total, { amount }) => total + amount, 0)
}

/** `Infinity - Infinity` is no order. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1
}
