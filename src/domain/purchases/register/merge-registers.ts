import { type Instant, earlier } from '../../values/instant.ts'
import { orderedText } from '../../values/json.ts'
import type { Version } from './fact.ts'
import {
  type ItemSet,
  type ById,
  type PaymentRecord,
  type Line,
  type Register,
  type PeriodRecord,
  type SubscriptionRecord,
  coveredLines,
} from './register.ts'

/**
 * How much of the past a register keeps, always the newest. Each is ordered by a moment of its own and by nothing else that
 * is known, so that the same is left in whatever order facts come. Refunds of lines are kept for ever, or the line would be
 * given again; there are no more of them than lines.
 */
const ITEM_SETS_MAX = 5
const PERIODS_MAX = 6
/** Enough that the payment of a year is kept until the next one, also with a monthly item and changes of seats beside it. */
const PAYMENTS_MAX = 60
/** Several parts of each of these payments may be refunded. */
const REFUNDS_MAX = 300
/** Of disputes, and of delays of no named period, each. */
const OTHERS_MAX = 24

/** Returns the register of all facts of two registers. It commutes, associates and repeats safely. */
export function mergeRegisters(a: Register, b: Register): Register {
  const snapshots = [a.subscription, b.subscription, a.inOrder, b.inOrder].filter((one) => one !== null)
  const subscription = newestSnapshot(snapshots)
  const inOrder = newestSnapshot(snapshots.filter(({ state }) => state === 'trialing' || state === 'active'))
  return {
    rules: 2,
    subscription,
    inOrder: inOrder === subscription ? null : inOrder,
    itemSets: newestSets([...a.itemSets, ...b.itemSets]),
    periods: newestPeriods(union(a.periods, b.periods, samePeriod)),
    lateSince: [...new Set([...a.lateSince, ...b.lateSince])].toSorted((x, y) => y - x).slice(0, OTHERS_MAX),
    payments: largest(union(a.payments, b.payments, samePayment), PAYMENTS_MAX, momentOf),
    reversals: newestRefunds(union(a.reversals, b.reversals, newest)),
    holds: largest(union(a.holds, b.holds, newest), OTHERS_MAX, ({ version }) => version.at),
    lines: union(a.lines, b.lines, sameLine),
    replacedBy: eitherOr(a.replacedBy, b.replacedBy, newest),
    before: eitherOr(a.before, b.before, (x, y) => (x.endsAt >= y.endsAt ? x : y)),
  }
}

function newestSnapshot(snapshots: readonly SubscriptionRecord[]): SubscriptionRecord | null {
  return snapshots.length === 0 ? null : snapshots.reduce(newest)
}

function union<T>(a: ById<T>, b: ById<T>, both: (a: T, b: T) => T): ById<T> {
  // A map, as an id may be `__proto__` or `constructor`.
  const sum = new Map(Object.entries(a))
  for (const [key, value] of Object.entries(b)) {
    const before = sum.get(key)
    sum.set(key, before === undefined ? value : both(before, value))
  }
  return Object.fromEntries(sum)
}

function eitherOr<T>(a: T | null, b: T | null, both: (a: T, b: T) => T): T | null {
  if (a === null || b === null) return a ?? b
  return both(a, b)
}

interface Ordered {
  readonly version: Version
  readonly terminal?: boolean
}

/** Returns the newer of two: terminal, then version, then content. A total order, so that no order of arrival matters. */
function newest<T extends Ordered>(a: T, b: T): T {
  if (a === b) return a
  const order =
    Number(a.terminal ?? false) - Number(b.terminal ?? false) || compareVersions(a.version, b.version)
  if (order !== 0) return order > 0 ? a : b
  return orderedText(a) >= orderedText(b) ? a : b
}

/** Orders versions for sorting, the older first. */
export function compareVersions(a: Version, b: Version): number {
  return a.at - b.at || a.rank - b.rank
}

/** A line is the newest of its versions, but was bought at the earliest moment that any of them says. */
function sameLine(a: Line, b: Line): Line {
  const boughtAt = earlier(a.boughtAt ?? null, b.boughtAt ?? null)
  if (boughtAt === null) return newest(a, b)
  return newest({ ...a, boughtAt }, { ...b, boughtAt })
}

function samePeriod(a: PeriodRecord, b: PeriodRecord): PeriodRecord {
  const { startsAt, endsAt, version } = newest(
    { startsAt: a.startsAt, endsAt: a.endsAt, version: a.version },
    { startsAt: b.startsAt, endsAt: b.endsAt, version: b.version },
  )
  return {
    startsAt,
    endsAt,
    version,
    active: eitherOr(a.active, b.active, (x, y) => (compareVersions(x, y) >= 0 ? x : y)),
    activeSince: earlier(a.activeSince, b.activeSince),
    late: eitherOr(a.late, b.late, (x, y) => (compareVersions(x, y) <= 0 ? x : y)),
    lateSince: earlier(a.lateSince, b.lateSince),
    trial: a.trial || b.trial,
  }
}

/** Each event has a part of a payment: what one leaves out does not take away what another has. */
function samePayment(a: PaymentRecord, b: PaymentRecord): PaymentRecord {
  const larger = <T>(x: T, y: T) => (x === y || orderedText(x) >= orderedText(y) ? x : y)
  return {
    paidAt: earlier(a.paidAt, b.paidAt),
    money: eitherOr(a.money, b.money, newest),
    bill: eitherOr(a.bill, b.bill, larger),
    covers: eitherOr(a.covers, b.covers, larger),
  }
}

/** Returns the newest sets, one for each content; a change of quantities makes no other set. */
function newestSets(sets: readonly ItemSet[]): readonly ItemSet[] {
  const byContent = Map.groupBy(sets, ({ items }) =>
    orderedText(items.map(({ id, product, also = [] }) => [id, product, also])),
  )
  return [...byContent.values()]
    .map((same) => same.reduce(newest))
    .toSorted((a, b) => compareVersions(b.version, a.version) || (orderedText(a) < orderedText(b) ? 1 : -1))
    .slice(0, ITEM_SETS_MAX)
}

/** Returns the periods that end last, so that a running year is kept whatever number of months pass beside it. */
function newestPeriods(periods: ById<PeriodRecord>): ById<PeriodRecord> {
  return largest(periods, PERIODS_MAX, ({ endsAt }) => endsAt)
}

/** Returns when a payment was made, by the first of its members that is known; 0 where none is. */
function momentOf(payment: PaymentRecord): Instant {
  return payment.paidAt ?? coveredLines(payment)[0]?.startsAt ?? payment.money?.version.at ?? 0
}

function newestRefunds(reversals: Register['reversals']): Register['reversals'] {
  const all = Object.entries(reversals)
  const isOfLine = ({ reverses }: Register['reversals'][string]) =>
    reverses.type === 'line' || reverses.type === 'order'
  const ofMoney = Object.fromEntries(all.filter(([, reversal]) => !isOfLine(reversal)))
  const ofLines = Object.fromEntries(all.filter(([, reversal]) => isOfLine(reversal)))
  return { ...ofLines, ...largest(ofMoney, REFUNDS_MAX, ({ version }) => version.at) }
}

/** Returns the `max` entries of the greatest measure, ties by key. */
function largest<T>(byId: ById<T>, max: number, measure: (one: T) => number): ById<T> {
  const all = Object.entries(byId)
  if (all.length <= max) return byId
  return Object.fromEntries(
    all.toSorted(([a, x], [b, y]) => measure(y) - measure(x) || (a < b ? 1 : -1)).slice(0, max),
  )
}
