import type { EntitlementId } from '../values/ids.ts'
import type { Entitlement, MeteredAllowance } from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { type Standing, hasEnded, nextChangeAt, standingOf } from '../entitlements/state.ts'
import { nextPeriodStart, periodStart } from '../entitlements/reset.ts'
import type { Balance } from '../entitlements/balance.ts'

/** What was spent of a lot in one period; another period begins with nothing spent. */
export interface Usage {
  readonly period: Instant | null
  /** What takes and holds call this period: as it was called when it began, also when the periods are others since. */
  readonly name: Instant | null
  /** What the period before left to this one. */
  readonly carried: number
  readonly used: number
  /** How far below zero its source may take it without that being owed. */
  readonly forgiven: number
  /** What was used in other periods that were paid for, the newest: the source may come back to one of them. */
  readonly others: readonly PaidUsage[]
}

/** What was used in a period that was paid for, when the source last gave another. */
export interface PaidUsage {
  readonly name: Instant | null
  /** How much the lot gave then. */
  readonly given: number
  readonly used: number
  readonly forgiven: number
}

/** A part of a lot that a reservation holds. */
export interface Hold {
  /** The name of the period that it holds of. */
  readonly period: Instant | null
  readonly amount: number
  /** At exactly this moment it holds nothing any more. */
  readonly endsAt: Instant
}

/** A right to a metered feature, as far as spending it goes. */
export interface Lot extends Standing {
  readonly id: EntitlementId
  readonly allowance: MeteredAllowance
  readonly priority: number
  /** Of lots that are alike in all else the oldest is spent first. */
  readonly startedAt: Instant
  /** Taken back by its source: what was spent of it may be owed. */
  readonly withdrawn: boolean
  readonly usage: Usage | null
  readonly holds: readonly Hold[]
}

/** A lot of an entitlement to a metered feature. */
type LotOf = Pick<Lot, 'allowance' | 'startedAt' | 'usage' | 'holds'>

/** The period that a moment falls in: of a reset, of a payment, or the only one. */
export function periodAt({ reset, period }: MeteredAllowance, now: Instant): Instant | null {
  return reset === null ? period : periodStart(reset, now)
}

/** Whether an allowance was paid for anew. Whether it is given by the calendar, the catalog decides and no payment. */
export function isPaidAnew(before: MeteredAllowance, after: MeteredAllowance): boolean {
  return before.period !== after.period && (before.reset === null) === (after.reset === null)
}

/** What was spent of a lot in the period of `now`: computed, and never in need of an entry. */
export function usageAt(lot: LotOf, now: Instant): Usage {
  const period = periodAt(lot.allowance, now)
  if (lot.usage !== null && lot.usage.period === period) return lot.usage
  const others = lot.usage?.others ?? []
  return { period, name: period, carried: carryInto(lot, period), used: 0, forgiven: 0, others }
}

/** How much a lot gives at a moment, before anything is taken of it. */
export function amountAt(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): number {
  return lot.withdrawn ? 0 : lot.allowance.amount + usageAt(lot, now).carried
}

/** What is there of one lot at a moment, whether or not it may be spent then. */
export function balanceOf(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): Balance {
  const { name, used, forgiven } = usageAt(lot, now)
  const reserved = sum(lot.holds.filter((hold) => hold.period === name && now < hold.endsAt))
  const left = amountAt(lot, now) - used - reserved
  const remaining = left < 0 ? Math.min(0, left + forgiven) : left
  return { granted: used + reserved + remaining, used, reserved, remaining }
}

/** What of the forgiven is still in need of it: what has been reversed or freed since is no allowance to spend anew. */
export function forgivenAt(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): number {
  const { used, reserved } = balanceOf(lot, now)
  return Math.min(usageAt(lot, now).forgiven, Math.max(0, used + reserved - amountAt(lot, now)))
}

/** The next moment at which time alone changes what is there of a lot, `null` when none will. */
export function nextLotChangeAt(lot: Lot, now: Instant): Instant | null {
  const { reset } = lot.allowance
  if (hasEnded(lot, now)) return null
  let next = nextChangeAt(lot, now)
  if (reset !== null) next = earlier(next, nextPeriodStart(reset, now))
  for (const { endsAt } of lot.holds) if (now < endsAt) next = earlier(next, endsAt)
  return next
}

/** When what is left of a lot is lost: at its end, or when its period is over. */
export function lossAt({ allowance: { reset }, endsAt }: Lot, now: Instant): Instant | null {
  return earlier(endsAt, reset === null ? null : nextPeriodStart(reset, now))
}

/**
 * What the period before leaves to the one that starts at `start`. What was carried is spent first and goes no
 * further; what was reserved when that period ended belongs to it.
 */
function carryInto({ allowance, startedAt, usage, holds }: LotOf, start: Instant | null): number {
  const { amount, reset } = allowance
  if (reset === null || start === null) return 0
  const before = periodStart(reset, start - 1)
  if (before < periodStart(reset, startedAt)) return 0
  if (usage?.period !== before) return Math.min(reset.rolloverMax, amount)
  const heldAcross = sum(holds.filter((hold) => hold.period === usage.name && start < hold.endsAt))
  const unspent = amount - Math.max(0, usage.used + heldAcross - usage.carried)
  return Math.max(0, Math.min(reset.rolloverMax, unspent))
}

function sum(holds: readonly Hold[]): number {
  return holds.reduce((total, { amount }) => total + amount, 0)
}

/** The lot of an entitlement, `null` when its feature is not metered. */
export function lotOf(entitlement: Entitlement, usage: Usage | null, holds: readonly Hold[]): Lot | null {
  const { id, allowance, priority, withdrawn, startsAt, createdAt } = entitlement
  if (!isMetered(allowance)) return null
  const startedAt = startsAt ?? createdAt
  return { id, allowance, ...standingOf(entitlement), priority, startedAt, withdrawn, usage, holds }
}
