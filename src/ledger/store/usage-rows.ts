import type { PaidUsage } from '../../domain/usage/lot.ts'
import type { Take } from '../../domain/usage/take.ts'
import type { Resolution } from '../../domain/user/past.ts'
import type { UsageRecord, Reservation, UserState } from '../../domain/user/user-state.ts'
import type { EntitlementId, Seq, UserId } from '../../domain/values/ids.ts'
import type { lots, reservations, resolutions } from '../../schema/user-tables.ts'

export type LotRow = typeof lots.$inferSelect
export type ReservationRow = typeof reservations.$inferSelect
export type ResolutionRow = typeof resolutions.$inferSelect

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
  { seq, feature, amount, takes, overage, endsAt }: Reservation,
): ReservationRow {
  const inOrder = takes.map(({ entitlementId, period, amount }) => ({ entitlementId, period, amount }))
  return { userId, seq, feature, amount, takes: JSON.stringify(inOrder), overage, endsAt }
}

export function rowToReservation({
  seq,
  feature,
  amount,
  takes,
  overage,
  endsAt,
}: ReservationRow): Reservation {
  return { seq, feature, amount, overage, endsAt, takes: JSON.parse(takes) as readonly Take[] }
}

export function resolutionToRow(userId: UserId, seq: Seq, resolution: Resolution): ResolutionRow {
  return { userId, seq, ...resolution }
}

export function rowToResolution({ version, how, amount }: ResolutionRow): Resolution {
  return { version, how, amount }
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
  }
}

function changed<Key, Value>(before: ReadonlyMap<Key, Value>, after: ReadonlyMap<Key, Value>) {
  return before === after ? [] : [...after].filter(([key, value]) => before.get(key) !== value)
}

function gone<Key>(before: ReadonlyMap<Key, unknown>, after: ReadonlyMap<Key, unknown>): readonly Key[] {
  return before === after ? [] : [...before.keys()].filter((key) => !after.has(key))
}
