import type {
  CommitAsked,
  ConsumptionAnswer,
  KnownReservationAnswer,
  ReleaseAnswer,
  ReleaseHolderAsked,
  RenewAsked,
  ReservationAnswer,
  ReserveAsked,
  ReversalAnswer,
} from '../wire.ts'
import { asChecked } from './fake-access.ts'
import { isoOf } from './fake-clock.ts'
import { possessionOf } from './fake-holders.ts'
import { firstPartOf, isOpen, takesAnswer } from './fake-lots.ts'
import { fakeProblem } from './fake-problem.ts'
import type { FakeState } from './fake-state.ts'
import { takingOf } from './fake-taking.ts'
import { reverse, spend } from './fake-usage.ts'
import type { FakeReservation, FakeUser } from './fake-user.ts'

interface OfUser {
  readonly userId: string
}
type OfReservation = OfUser & { readonly reservationId: string }

export function reserve(state: FakeState, asked: ReserveAsked & OfUser): ReservationAnswer {
  const { has, ...taking } = takingOf(state, asked, 'lease')
  const user = state.user(asked.userId)
  const lease = has && user.reservations.get(has.id)
  if (lease) return reservationAnswer(state, user, lease)
  const { feature, amount } = taking
  const nowMs = state.clock.now()
  const since = isoOf(nowMs)
  const id = `res_${user.record('usage_reserved', since, { feature, amount })}`
  const endsAtMs = nowMs + asked.ttlSeconds * 1000
  const reservation = { ...taking, id, metadata: null, since, endsAtMs, end: null, isLapsed: false }
  user.reservations.set(id, reservation)
  return reservationAnswer(state, user, reservation)
}

export function commit(state: FakeState, asked: CommitAsked & OfReservation): ConsumptionAnswer {
  const { user, reservation } = openOf(state, asked)
  const { id: reservationId, feature, amount: reserved, takes, holder, metadata } = reservation
  const { amount = reserved } = asked
  if (amount > reserved) throw fakeProblem('commit_exceeds_reservation', { reserved })
  const spent = { feature, amount, takes: firstPartOf(takes, amount), holder, metadata }
  // Before it is spent: nothing is held and spent at once.
  reservation.end = { state: 'committed', consumptionId: `con_${user.version + 1}` }
  return spend(state, asked.userId, spent, { reservationId })
}

export function release(state: FakeState, asked: OfReservation): ReleaseAnswer {
  const { user, reservation } = openOf(state, asked)
  const { id, feature, amount } = reservation
  const releasedBy = user.record('reservation_released', isoOf(state.clock.now()), { feature, amount })
  reservation.end = { state: 'released', releasedBy }
  const checked = asChecked(user, state.featureOf(feature), state.clock.now())
  return { id, amount, state: 'released', ...checked }
}

/** Lets go of all that a holder has. */
export function releaseHolder(
  state: FakeState,
  { userId, feature, holder, reason }: ReleaseHolderAsked & OfUser,
): ReversalAnswer | ReleaseAnswer {
  const possession = possessionOf(state.user(userId), state.featureOf(feature), holder, state.clock.now())
  if (possession === null) throw fakeProblem('holder_not_found')
  const { way, one } = possession
  if (way === 'lease') return release(state, { userId, reservationId: one.id })
  return reverse(state, { userId, consumptionId: one.id }, reason ?? null)
}

export function renew(
  state: FakeState,
  { ttlSeconds, ...asked }: RenewAsked & OfReservation,
): ReservationAnswer {
  const { user, reservation } = openOf(state, asked)
  if (reservation.holder === null) throw fakeProblem('reservation_has_no_holder')
  reservation.endsAtMs = Math.max(reservation.endsAtMs, state.clock.now() + ttlSeconds * 1000)
  return reservationAnswer(state, user, reservation)
}

/** A reservation, and what became of it. */
export function knownReservation(state: FakeState, asked: OfReservation): KnownReservationAnswer {
  const { user, reservation } = reservationOf(state, asked)
  const { id, feature, amount, takes, holder, since, endsAtMs, end } = reservation
  const endsAt = { endsAt: isoOf(endsAtMs) }
  return {
    id,
    userId: user.id,
    feature,
    amount,
    overage: 0,
    takes: takesAnswer(takes),
    ...(holder === null ? {} : { holder }),
    state: end?.state ?? (isOpen(reservation, state.clock.now()) ? 'open' : 'expired'),
    since,
    ...(end === null ? endsAt : end.state === 'committed' ? { consumptionId: end.consumptionId } : {}),
  }
}

/** Those that are open, those first that were made first. */
export function openReservations(state: FakeState, { userId }: OfUser): readonly KnownReservationAnswer[] {
  const all = [...state.user(userId).reservations.values()]
  const open = all.filter((one) => isOpen(one, state.clock.now()))
  return open.map(({ id }) => knownReservation(state, { userId, reservationId: id }))
}

/** Records of leases that they have lapsed, as a ledger does before the next change. */
export function lapse(user: FakeUser, nowMs: number): void {
  const lapsed = [...user.reservations.values()].filter(
    (one) => one.holder !== null && !one.isLapsed && one.end === null && !isOpen(one, nowMs),
  )
  if (lapsed.length === 0) return
  for (const one of lapsed) one.isLapsed = true
  user.record('leases_lapsed', isoOf(nowMs), { reservations: lapsed.map(({ id }) => id) })
}

function reservationOf(state: FakeState, { userId, reservationId }: OfReservation) {
  const user = state.user(userId)
  const reservation = user.reservations.get(reservationId)
  if (reservation === undefined) throw fakeProblem('reservation_not_found')
  return { user, reservation }
}

function openOf(state: FakeState, asked: OfReservation) {
  const { user, reservation } = reservationOf(state, asked)
  const { end, endsAtMs } = reservation
  if (isOpen(reservation, state.clock.now())) return { user, reservation }
  if (end === null) throw fakeProblem('reservation_already_expired', { expiredAt: isoOf(endsAtMs) })
  const { state: how, ...facts } = end
  throw fakeProblem(`reservation_already_${how}`, facts)
}

function reservationAnswer(
  state: FakeState,
  user: FakeUser,
  { id, feature, amount, takes, endsAtMs }: FakeReservation,
): ReservationAnswer {
  const held = { state: 'open' as const, endsAt: isoOf(endsAtMs) }
  const checked = asChecked(user, state.featureOf(feature), state.clock.now())
  return { id, amount, overage: 0, takes: takesAnswer(takes), ...held, ...checked }
}
