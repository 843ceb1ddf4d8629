import type { CommitAsked, ConsumeAsked, ReserveAsked, ReverseAsked } from '../wire.ts'
import { accessOf, balanceOf, freshnessOf, usableRights } from './fake-access.ts'
import { isoOf } from './fake-clock.ts'
import { fakeProblem } from './fake-problem.ts'
import type { FakeReservation, FakeTake, FakeUser } from './fake-user.ts'

/** What a user did last is the state in which it is answered. */
function asChecked(user: FakeUser, feature: string, nowMs: number) {
  const { feature: _feature, ...access } = accessOf(user, feature, nowMs, true)
  const { version, asOf, source } = freshnessOf(user, nowMs)
  return { userId: user.id, feature, ...access, version, asOf, source }
}

/** From which lots an amount is taken. Throws where it is not there. */
function takesOf(user: FakeUser, feature: string, amount: number, nowMs: number): readonly FakeTake[] {
  const lots = usableRights(user, feature, nowMs)
  const isMetered = user.rights.some((right) => right.feature === feature && right.amount !== undefined)
  if (!isMetered && lots.length > 0) throw fakeProblem('feature_not_metered')
  const balance = balanceOf(lots)
  if (balance.remaining < amount) {
    const { reason } = accessOf(user, feature, nowMs, isMetered)
    const why = lots.length === 0 ? reason : 'limit_reached'
    throw fakeProblem('insufficient_balance', { balance, reason: why })
  }
  let missing = amount
  return lots.flatMap((right) => {
    const taken = Math.min(missing, balanceOf([right]).remaining)
    missing -= taken
    return taken > 0 ? [{ right, amount: taken }] : []
  })
}

function told(takes: readonly FakeTake[]) {
  return takes.map(({ right, amount }) => ({ entitlementId: right.id, amount }))
}

/** The first lots of a spending, up to an amount, after so much of it was passed over. */
function partOf(takes: readonly FakeTake[], amount: number, over = 0): readonly FakeTake[] {
  let passed = over
  let left = amount
  return takes.flatMap((take) => {
    const skipped = Math.min(passed, take.amount)
    const part = Math.min(left, take.amount - skipped)
    passed -= skipped
    left -= part
    return part > 0 ? [{ right: take.right, amount: part }] : []
  })
}

export function consume(user: FakeUser, { feature, amount }: ConsumeAsked, nowMs: number) {
  return spend(user, feature, takesOf(user, feature, amount, nowMs), nowMs, {})
}

function spend(
  user: FakeUser,
  feature: string,
  takes: readonly FakeTake[],
  nowMs: number,
  more: { readonly reservationId?: string },
) {
  for (const { right, amount } of takes) right.used += amount
  const amount = takes.reduce((sum, take) => sum + take.amount, 0)
  const id = `con_${user.record('consumed', isoOf(nowMs), { feature, amount, ...more })}`
  user.consumptions.set(id, { id, feature, amount, takes, reversed: 0 })
  return { id, amount, overage: 0, takes: told(takes), ...more, ...asChecked(user, feature, nowMs) }
}

export function reverse(
  user: FakeUser,
  { consumptionId, amount }: ReverseAsked & { readonly consumptionId: string },
  nowMs: number,
) {
  const consumption = user.consumptions.get(consumptionId)
  if (consumption === undefined) throw fakeProblem('consumption_not_found')
  const { feature, amount: consumed, reversed } = consumption
  const given = amount ?? consumed - reversed
  if (given > consumed - reversed || given === 0) {
    throw fakeProblem('reversal_exceeds_consumption', { consumed, reversed })
  }
  const returns = partOf(consumption.takes, given, reversed)
  for (const take of returns) take.right.used -= take.amount
  consumption.reversed += given
  const id = `rev_${user.record('consumption_reversed', isoOf(nowMs), { consumptionId, amount: given })}`
  const state = asChecked(user, feature, nowMs)
  return {
    id,
    consumptionId,
    amount: given,
    reversed: consumption.reversed,
    returns: told(returns),
    ...state,
  }
}

export function reserve(user: FakeUser, { feature, amount, ttlSeconds }: ReserveAsked, nowMs: number) {
  const takes = takesOf(user, feature, amount, nowMs)
  for (const take of takes) take.right.reserved += take.amount
  const endsAtMs = nowMs + ttlSeconds * 1000
  const id = `res_${user.record('reserved', isoOf(nowMs), { feature, amount })}`
  user.reservations.set(id, { id, feature, amount, takes, endsAtMs, state: 'open' })
  const endsAt = isoOf(endsAtMs)
  const state = asChecked(user, feature, nowMs)
  return { id, amount, overage: 0, takes: told(takes), state: 'open' as const, endsAt, ...state }
}

export function commit(
  user: FakeUser,
  { reservationId, amount }: CommitAsked & { readonly reservationId: string },
  nowMs: number,
) {
  const reservation = openReservation(user, reservationId)
  const { feature, takes, amount: reserved } = reservation
  if ((amount ?? 0) > reserved) throw fakeProblem('commit_exceeds_reservation')
  letGo(reservation, 'committed')
  return spend(user, feature, partOf(takes, amount ?? reserved), nowMs, { reservationId })
}

export function release(
  user: FakeUser,
  { reservationId }: { readonly reservationId: string },
  nowMs: number,
) {
  const reservation = openReservation(user, reservationId)
  const { id, feature, amount } = reservation
  letGo(reservation, 'released')
  user.record('reservation_released', isoOf(nowMs), { reservationId })
  return { id, amount, state: 'released' as const, ...asChecked(user, feature, nowMs) }
}

/** Lets go of what was held for longer than was said. */
export function lapse(user: FakeUser, nowMs: number): void {
  for (const reservation of user.reservations.values()) {
    if (reservation.state === 'open' && reservation.endsAtMs <= nowMs) letGo(reservation, 'expired')
  }
}

function openReservation({ reservations }: FakeUser, id: string): FakeReservation {
  const reservation = reservations.get(id)
  if (reservation === undefined) throw fakeProblem('reservation_not_found')
  if (reservation.state !== 'open') throw fakeProblem(`reservation_already_${reservation.state}`)
  return reservation
}

function letGo(reservation: FakeReservation, state: FakeReservation['state']): void {
  for (const take of reservation.takes) take.right.reserved -= take.amount
  reservation.state = state
}
