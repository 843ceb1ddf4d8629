import type { LapseChange } from '../usage/usage-change.ts'
import type { Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Reservation, UserState } from './user-state.ts'

type OfReservations = Pick<UserState, 'reservations'>

/** Returns what closes the leases that have lapsed at a moment; `null` where none has. Nothing else is decided before it. */
export function lapseAt(state: OfReservations, now: Instant): LapseChange | null {
  const leases = lapsedAt(state, now).map(({ seq, feature, amount, endsAt }) => ({
    reservation: seq,
    feature,
    amount,
    lapsedAt: endsAt,
  }))
  return leases.length === 0 ? null : { type: 'leases_lapsed', data: { leases } }
}

/** Returns when a lease last lapsed that no entry has closed; 0 where none has. */
export function lastLapseAt(state: OfReservations, now: Instant): Instant {
  return lapsedAt(state, now).reduce((last, { endsAt }) => Math.max(last, endsAt), 0)
}

/** Returns the state with other ends of some of its leases. */
export function withEnds<State extends OfReservations>(
  state: State,
  ends: readonly (readonly [Seq, Instant])[],
): State {
  const reservations = new Map(state.reservations)
  for (const [seq, endsAt] of ends) {
    const lease = reservations.get(seq)
    if (lease !== undefined) reservations.set(seq, { ...lease, endsAt })
  }
  return { ...state, reservations }
}

function lapsedAt({ reservations }: OfReservations, now: Instant): readonly Reservation[] {
  return [...reservations.values()].filter(({ hasHolder, endsAt }) => hasHolder === true && endsAt <= now)
}
