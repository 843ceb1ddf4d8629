import type { Balance } from '../entitlements/balance.ts'
import {
  type Entitlement,
  type MeteredAllowance,
  isEverybodys,
  isOfPlan,
} from '../entitlements/entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { isByWallClock, nextPeriodStart, periodStart } from '../entitlements/reset.ts'
import { type Standing, nextChangeAt, standingOf } from '../entitlements/state.ts'
import type { EntitlementId } from '../values/ids.ts'
import { type Instant, earlier } from '../values/instant.ts'
import { goesOn, startOfRecorded } from './recorded-period.ts'

/**
 * What was spent of a lot in one period; another period begins with nothing spent. The form is stored in entries, rows and
 * snapshots, and so are the names of its members.
 */
export interface Usage {
  readonly period: Instant | null
  /** The key of the period in takes and holds: the one that it had when it began, also where its lot has other periods since. */
  readonly name: Instant | null
  /** How much the period before left over to this one. */
  readonly carried: number
  readonly used: number
  /** How far below zero it may be without that being owed, as its source gives less than before. */
  readonly forgiven: number
  /** What was used in the newest other paid periods: a refund or a dispute can bring the source back to one of them. */
  readonly others: readonly PaidUsage[]
}

/** What was used in a paid period, as of when the source went over to another. */
export interface PaidUsage {
  /** The key of the period. */
  readonly name: Instant | null
  /** How much the lot gave then. */
  readonly given: number
  readonly used: number
  readonly forgiven: number
}

/** What a reservation holds of a lot. */
export interface Hold {
  /** The key of the period that it holds of. */
  readonly period: Instant | null
  readonly amount: number
  /** Exclusive: at this moment it holds nothing any more. */
  readonly endsAt: Instant
}

/** What spending needs of an entitlement to a metered feature. */
export interface Lot extends Standing {
  readonly id: EntitlementId
  readonly allowance: MeteredAllowance
  readonly priority: number
  /** Of lots of equal priority and end the one that started first is spent first. */
  readonly startedAt: Instant
  /** Withdrawn by its source: it gives nothing, and what was spent of it may be owed. */
  readonly withdrawn: boolean
  readonly usage: Usage | null
  readonly holds: readonly Hold[]
  /** By which product everybody has it; absent of one's own lots. */
  readonly everyone?: string
  /** Of what everybody has: what the catalog gives today. `allowance` is what was recorded, for the period that it names. */
  readonly today?: MeteredAllowance
}

/** What the usage of a lot at a moment depends on. */
type LotOf = Pick<Lot, 'allowance' | 'startedAt' | 'usage' | 'holds' | 'today'>

/** Returns the period of a moment by its start: of the calendar, of a payment, or `null` where the amount is given once. */
export function periodAt({ reset, period }: MeteredAllowance, now: Instant): Instant | null {
  return reset === null ? period : periodStart(reset, now)
}

/** Whether the source gives another paid period; a change to or from amounts by the calendar is none, as the catalog makes it. */
export function isPaidAnew(before: MeteredAllowance, after: MeteredAllowance): boolean {
  return before.period !== after.period && (before.reset === null) === (after.reset === null)
}

/**
 * Returns what was spent of a lot in the period of `now`. A period that began since the last entry is computed. What rolls over
 * of what everybody has is reckoned by what was recorded, and is at most what the catalog lets roll over.
 */
export function usageAt(lot: LotOf, now: Instant): Usage {
  const usage = ownUsageAt(lot, now)
  if (lot.today === undefined || isOfRecord(lot.allowance, usage.period)) return usage
  const most = rollsOverAtMost(lot.allowance, lot.today, usage.period)
  return usage.carried <= most ? usage : { ...usage, carried: most }
}

/** Of a period for which nothing was recorded no more goes over to the next one than the catalog gives: nobody knows what it gave. */
function rollsOverAtMost(
  { reset, period }: MeteredAllowance,
  today: MeteredAllowance,
  into: Instant | null,
): number {
  const rolloverMax = today.reset?.rolloverMax ?? 0
  const start = startOfRecorded(reset, into)
  const isRecorded =
    reset !== null && start !== null && periodStart(reset, start - 1) === startOfRecorded(reset, period)
  return isRecorded ? rolloverMax : Math.min(rolloverMax, today.amount)
}

/** Whether what was recorded for everybody's amount is of a period. */
function isOfRecord({ reset, period }: MeteredAllowance, of: Instant | null): boolean {
  return startOfRecorded(reset, of) === startOfRecorded(reset, period)
}

/**
 * Returns what was spent of a lot in the period of a take that was decided at `now`, by its key. Where the rules of a zone were
 * others then, the take says which period that was, and when it began.
 */
export function usageOfTake(lot: LotOf, key: Instant | null, now: Instant): Usage {
  const usage = usageAt(lot, now)
  const { reset } = lot.allowance
  if (usage.name === key || reset === null || key === null || !isByWallClock(reset)) return usage
  if (lot.usage?.name === key) return lot.usage
  return { ...usageAt(lot, startOfRecorded(reset, key) ?? key), period: key, name: key }
}

function ownUsageAt(lot: LotOf, now: Instant): Usage {
  const period = periodAt(lot.allowance, now)
  if (lot.usage !== null && goesOn(lot.allowance.reset, lot.usage.period, period)) return lot.usage
  const others = lot.usage?.others ?? []
  return { period, name: period, carried: carryInto(lot, period), used: 0, forgiven: 0, others }
}

/** Returns how much a lot gives at a moment, spent or not; 0 once it is withdrawn. */
export function amountAt(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): number {
  if (lot.withdrawn) return 0
  const { period, carried } = usageAt(lot, now)
  return givenIn(lot, period) + carried
}

/**
 * Returns how much is given in a period. Of what everybody has, more counts at once, and less from the period after the one that
 * more was recorded for.
 */
export function givenIn(
  { allowance, today }: Pick<Lot, 'allowance' | 'today'>,
  period: Instant | null,
): number {
  if (today === undefined) return allowance.amount
  return isOfRecord(allowance, period) ? Math.max(allowance.amount, today.amount) : today.amount
}

/** Returns the balance of one lot at a moment, whether or not it may be spent then. */
export function balanceOf(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): Balance {
  const { name, used, forgiven } = usageAt(lot, now)
  const reserved = sum(lot.holds.filter((hold) => hold.period === name && now < hold.endsAt))
  const unspent = amountAt(lot, now) - used - reserved
  const remaining = unspent < 0 ? Math.min(0, unspent + forgiven) : unspent
  return { granted: used + reserved + remaining, used, reserved, remaining }
}

/** Returns how much of what was forgiven is still needed: what is reversed or freed later may not be spent anew. */
export function forgivenAt(lot: LotOf & Pick<Lot, 'withdrawn'>, now: Instant): number {
  const { used, reserved } = balanceOf(lot, now)
  return Math.min(usageAt(lot, now).forgiven, Math.max(0, used + reserved - amountAt(lot, now)))
}

/** Returns the next moment at which time alone changes the balance or state of a lot, `null` when none will. */
export function turnsAt(lot: Lot, now: Instant): Instant | null {
  const { reset } = lot.allowance
  let next = nextChangeAt(lot, now)
  if (reset !== null) next = earlier(next, nextPeriodStart(reset, now))
  for (const { endsAt } of lot.holds) if (now < endsAt) next = earlier(next, endsAt)
  return next
}

/** Returns when what remains of a lot is lost: at its end or with its period, `null` for never. */
export function lossAt({ allowance: { reset }, endsAt }: Lot, now: Instant): Instant | null {
  return earlier(endsAt, reset === null ? null : nextPeriodStart(reset, now))
}

/**
 * Returns how much the period before leaves to the one that starts at `start`, at most `rolloverMax`. What it carried itself
 * was spent first and goes no further; what was reserved when it ended counts as spent in it.
 */
function carryInto({ allowance, startedAt, usage, holds }: LotOf, start: Instant | null): number {
  const { amount, reset } = allowance
  if (reset === null || start === null) return 0
  const before = periodStart(reset, start - 1)
  if (before < periodStart(reset, startedAt)) return 0
  if (usage === null || startOfRecorded(reset, usage.period) !== before)
    return Math.min(reset.rolloverMax, amount)
  const heldAcross = sum(holds.filter((hold) => hold.period === usage.name && start < hold.endsAt))
  const unspent = amount - Math.max(0, usage.used + heldAcross - usage.carried)
  return Math.max(0, Math.min(reset.rolloverMax, unspent))
}

function sum(holds: readonly Hold[]): number {
  return holds.reduce((total, { amount }) => total + amount, 0)
}

/** Returns the lot of an entitlement, `null` when its feature is not metered. */
export function lotOf(entitlement: Entitlement, usage: Usage | null, holds: readonly Hold[]): Lot | null {
  const { id, allowance, priority, withdrawn, startsAt, createdAt } = entitlement
  if (!isMetered(allowance)) return null
  const startedAt = startsAt ?? createdAt
  const own = { id, allowance, ...standingOf(entitlement), priority, startedAt, withdrawn, usage, holds }
  if (isEverybodys(entitlement)) return { ...own, everyone: entitlement.source.product ?? '' }
  return isOfPlan(entitlement) ? whileGiven(own, createdAt) : own
}

/** A plan goes on under one start whatever product it is: nothing goes over from when it did not give the lot. */
function whileGiven<Some extends Lot>(lot: Some, createdAt: Instant): Some {
  const { allowance, startedAt, withdrawn } = lot
  const { reset } = allowance
  const since = { ...lot, startedAt: Math.max(startedAt, createdAt) }
  return withdrawn && reset !== null
    ? { ...since, allowance: { ...allowance, reset: { ...reset, rolloverMax: 0 } } }
    : since
}
