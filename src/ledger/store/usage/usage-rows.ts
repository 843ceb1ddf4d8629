import type { PaidUsage } from '../../../domain/usage/lot.ts'
import type { Take } from '../../../domain/usage/take.ts'
import type { SpentOfAnother } from '../../../domain/usage/usage-change.ts'
import type { Resolution } from '../../../domain/user/past.ts'
import type {
  Holding,
  UsageRecord,
  Reservation,
  UserState,
  WindowRecord,
} from '../../../domain/user/user-state.ts'
import type { EntitlementId, FeatureKey, Seq, UserId } from '../../../domain/values/ids.ts'
import type { holdings, lots, reservations, resolutions, windows } from '../../../schema/user-tables.ts'

export type LotRow = typeof lots.$inferSelect
export type ReservationRow = typeof reservations.$inferSelect
export type ResolutionRow = typeof resolutions.$inferSelect
export type HoldingRow = typeof holdings.$inferSelect
export type WindowRow = typeof windows.$inferSelect

export function usageToRow(
  userId: UserId,
  entitlementId: EntitlementId,
  { period, name, carried, used, forgiven, others, version }: UsageRecord,
): LotRow {
  const text = JSON.stringify(
    others.map(({ name, given, used, forgiven }) => ({ name, given, used, forgiven })),
  )
  return { userId, entitlementId, period, name, carried, used, forgiven, others: text, version }
}

export function rowToUsage({
  period,
  name,
  carried,
  used,
  forgiven,
  others,
  version,
}: Omit<LotRow, 'userId' | 'entitlementId'>): UsageRecord {
  return {
    period,
    name,
    carried,
    used,
    forgiven,
    others: JSON.parse(others) as readonly PaidUsage[],
    version,
  }
}

export function reservationToRow(
  userId: UserId,
  { seq, feature, amount, takes, overage, endsAt, counted, spends, hasHolder }: Reservation,
): ReservationRow {
  const inOrder = takes.map(({ entitlementId, period, amount }) => ({ entitlementId, period, amount }))
  const more = { counted, spends: spends === undefined ? undefined : inOneOrder(spends), hasHolder }
  return {
    userId,
    seq,
    feature,
    amount,
    takes: JSON.stringify(inOrder),
    overage,
    endsAt,
    more: Object.values(more).every((one) => one === undefined) ? null : JSON.stringify(more),
  }
}

/** Rows are compared as texts with what the bytes of entries amount to, and those have their members in order. */
function inOneOrder({ feature, cost, rate: { amount, per } }: SpentOfAnother): SpentOfAnother {
  return { feature, cost, rate: { amount, per } }
}

/** `holder`: as the note of its entry has it. */
export function rowToReservation(
  { seq, feature, amount, takes, overage, endsAt, more }: ReservationRow,
  holder: string | null,
): Reservation {
  const own = { seq, feature, amount, overage, endsAt, takes: JSON.parse(takes) as readonly Take[] }
  if (more === null) return own
  const besides = JSON.parse(more) as Pick<Reservation, 'counted' | 'spends' | 'hasHolder'>
  return { ...own, ...besides, ...(besides.hasHolder === true ? { holder } : {}) }
}

export function holdingToRow(
  userId: UserId,
  { seq, feature, taken, amount, overage, version }: Holding,
): HoldingRow {
  return { userId, seq, feature, taken, amount, overage, version }
}

/** `holder`: as the note of its entry has it. */
export function rowToHolding(
  { seq, feature, taken, amount, overage, version }: HoldingRow,
  holder: string | null,
): Holding {
  return { seq, feature, taken, amount, overage, version, holder }
}

export function windowToRow(
  userId: UserId,
  feature: FeatureKey,
  { ms, takes, version }: WindowRecord,
): WindowRow {
  // Each moment from the one before: a thousand takes are 9 KB so, and 18 as they are.
  const pairs = takes.map(({ at, amount }, index) => [at - (takes[index - 1]?.at ?? 0), amount])
  return { userId, feature, windowMs: ms, takes: JSON.stringify(pairs), version }
}

export function rowToWindow({ windowMs, takes, version }: WindowRow): WindowRecord {
  const pairs = JSON.parse(takes) as readonly (readonly [number, number])[]
  let at = 0
  const inOrder = pairs.map(([later, amount]) => ({ at: (at += later), amount }))
  return { ms: windowMs, takes: inOrder, version }
}

export function resolutionToRow(userId: UserId, seq: Seq, resolution: Resolution): ResolutionRow {
  return { userId, seq, ...resolution }
}

export function rowToResolution({ version, how, amount, lapsedAt }: ResolutionRow): Resolution {
  return { version, how, amount, lapsedAt }
}

/** The rows by which what was spent and held differs between two states of a user. */
export function usageRows(before: UserState, after: UserState) {
  const { userId } = after
  return {
    lots: changed(before.usage, after.usage).map(([id, usage]) => usageToRow(userId, id, usage)),
    untouchedLots: gone(before.usage, after.usage),
    reservations: changed(before.reservations, after.reservations).map(([, one]) =>
      reservationToRow(userId, one),
    ),
    endedReservations: gone(before.reservations, after.reservations),
    holdings: changed(before.holdings, after.holdings).map(([, one]) => holdingToRow(userId, one)),
    endedHoldings: gone(before.holdings, after.holdings),
    windows: changed(before.windows, after.windows).map(([feature, one]) =>
      windowToRow(userId, feature, one),
    ),
  }
}

function changed<Key, Value>(before: ReadonlyMap<Key, Value>, after: ReadonlyMap<Key, Value>) {
  return before === after ? [] : [...after].filter(([key, value]) => before.get(key) !== value)
}

function gone<Key>(before: ReadonlyMap<Key, unknown>, after: ReadonlyMap<Key, unknown>): readonly Key[] {
  return before === after ? [] : [...before.keys()].filter((key) => !after.has(key))
}
