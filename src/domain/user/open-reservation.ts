import { costOf } from '../entitlements/rate.ts'
import { firstPartOf, totalOf } from '../usage/take.ts'
import { type UsageChange, chargeOf } from '../usage/usage-change.ts'
import type { CommitReservation, RenewReservation } from '../usage/usage-command.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import type { Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type Result, err, ok } from '../values/result.ts'
import type { Possession } from './holders.ts'
import { type PastBySeq, reservationEnd } from './past.ts'
import type { Reservation, UserState } from './user-state.ts'

/** Returns an open reservation, or why it is none; one that was committed or released is never called expired. */
export function openReservation(
  { reservations }: UserState,
  reservation: Seq,
  past: PastBySeq,
  now: Instant,
): Result<Reservation, UsageRefusal> {
  const open = reservations.get(reservation)
  if (open !== undefined && now < open.endsAt) {
    // A part of what it held has moved with a source: the rest is not committed or released by itself.
    const isWhole = open.counted !== undefined || totalOf(open.takes) === chargeOf(open).amount
    return isWhole ? ok(open) : err({ code: 'reservation_moved', reservation })
  }
  if (open !== undefined)
    return err({ code: 'reservation_already_expired', reservation, expiredAt: open.endsAt })

  const named = past.get(reservation)
  if (named?.entry.type !== 'usage_reserved') return err({ code: 'reservation_not_found', reservation })
  const end = reservationEnd(named.entry.data, named.resolution, now)
  switch (end.type) {
    case 'moved':
      return err({ code: 'reservation_moved', reservation })
    case 'expired':
      return err({ code: 'reservation_already_expired', reservation, expiredAt: end.endsAt })
    case 'committed':
      return err({ code: 'reservation_already_committed', reservation, by: end.by })
    case 'released':
      return err({ code: 'reservation_already_released', reservation, by: end.by })
  }
}

export function commit(
  { seq, feature, amount: reserved, takes, overage: owed, counted, spends, hasHolder }: Reservation,
  { amount: requested }: CommitReservation,
): Result<UsageChange, UsageRefusal> {
  const amount = requested ?? reserved
  if (amount > reserved) return err({ code: 'commit_exceeds_reservation', reservation: seq, reserved })
  const [cost, held] = spends === undefined ? [amount, reserved] : [costOf(amount, spends.rate), spends.cost]
  // Overage was taken last, and what is not spent is freed from the end.
  const overage = Math.max(0, owed - (held - cost))
  return ok({
    type: 'reservation_committed',
    data: {
      reservation: seq,
      feature,
      amount,
      takes: firstPartOf(takes, cost),
      overage,
      ...(counted === undefined ? {} : { counted }),
      ...(spends === undefined ? {} : { spends: { ...spends, cost } }),
      ...(hasHolder === undefined ? {} : { hasHolder }),
    },
  })
}

export function releaseOf({ seq: reservation, feature, amount }: Reservation): UsageChange {
  return { type: 'reservation_released', data: { reservation, feature, amount } }
}

/** A lease never ends sooner than was answered before. */
export function renew(
  open: Reservation,
  { ttlMs }: RenewReservation,
  now: Instant,
): Result<Possession, UsageRefusal> {
  if (open.hasHolder !== true) return err({ code: 'reservation_has_no_holder', reservation: open.seq })
  const endsAt = Math.max(open.endsAt, now + ttlMs)
  return ok({ type: 'lease', reservation: endsAt === open.endsAt ? open : { ...open, endsAt } })
}
