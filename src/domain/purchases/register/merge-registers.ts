import { orderedText } from '../../values/json.ts'
import { type Instant, earlier } from '../../values/instant.ts'
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
 * How much of the past a register keeps: so many sets of items, periods and payments, and of refunds of money, disputes
 * and delays so many each, always the newest. What lies further back leaves by a moment of its own, whatever else is known:
 * so in whatever order it is told, the same is left. What gives back a line never leaves, or the line would be given again:
 * of these there are no more than there are lines.
 */
const ITEM_SETS_MAX = 5
const PERIODS_MAX = 6
/** Of a year with a month beside it, the payment of the year is among them until the next, also where seats change. */
const PAYMENTS_MAX = 60
/** Several parts of each of these payments may be given back. */
const REFUNDS_MAX = 300
const OTHERS_MAX = 24

/** What two registers know together: as if all facts of both had come to one. Commutes, associates and repeats safely. */
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
  // An id may be named like a part of every object.
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

/** The later of two tellings: a total order, so that all orders of arrival end in the same. */
function newest<T extends Ordered>(a: T, b: T): T {
  if (a === b) return a
  const order =
    Number(a.terminal ?? false) - Number(b.terminal ?? false) || compareVersions(a.version, b.version)
  if (order !== 0) return order > 0 ? a : b
  return orderedText(a) >= orderedText(b) ? a : b
}

/** Later is greater. */
export function compareVersions(a: Version, b: Version): number {
  return a.at - b.at || a.rank - b.rank
}

/** Whatever is told of it later, it was bought when that was first told. */
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

/** Several events tell of one payment, each a part: none takes away what another has told. */
function samePayment(a: PaymentRecord, b: PaymentRecord): PaymentRecord {
  const larger = <T>(x: T, y: T) => (x === y || orderedText(x) >= orderedText(y) ? x : y)
  return {
    paidAt: earlier(a.paidAt, b.paidAt),
    money: eitherOr(a.money, b.money, newest),
    bill: eitherOr(a.bill, b.bill, larger),
    covers: eitherOr(a.covers, b.covers, larger),
  }
}

/** How many of an item there are makes no other set. */
function newestSets(sets: readonly ItemSet[]): readonly ItemSet[] {
  const byContent = Map.groupBy(sets, ({ items }) =>
    orderedText(items.map(({ id, product, also = [] }) => [id, product, also])),
  )
  return [...byContent.values()]
    .map((same) => same.reduce(newest))
    .toSorted((a, b) => compareVersions(b.version, a.version) || (orderedText(a) < orderedText(b) ? 1 : -1))
    .slice(0, ITEM_SETS_MAX)
}

/** Those that end last: a year that goes on outlives the months beside it. */
function newestPeriods(periods: ById<PeriodRecord>): ById<PeriodRecord> {
  return largest(periods, PERIODS_MAX, ({ endsAt }) => endsAt)
}

/** When it was paid: of all that events tell of a payment the one thing that they all tell. */
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

/** The so many entries that measure most; what measures the same is told apart by its key. */
function largest<T>(known: ById<T>, max: number, measure: (one: T) => number): ById<T> {
  const all = Object.entries(known)
  if (all.length <= max) return known
  return Object.fromEntries(
    all.toSorted(([a, x], [b, y]) => measure(y) - measure(x) || (a < b ? 1 : -1)).slice(0, max),
  )
}
