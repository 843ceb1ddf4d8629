import type { FakeFeature } from './fake-feature.ts'
import { type FakeRight, isUsable } from './fake-rights.ts'
import type { FakeReservation, FakeTake, FakeUser } from './fake-user.ts'

interface Balance {
  readonly granted: number
  readonly used: number
  readonly reserved: number
  readonly remaining: number
}

/** The lots that can be spent now, in the order in which they are: highest priority, then lost soonest, then first begun. */
export function lotsOf({ rights }: FakeUser, { key }: FakeFeature, nowMs: number): readonly FakeRight[] {
  const lossAt = ({ endsAt, graceEndsAt }: FakeRight) => graceEndsAt ?? endsAt ?? '~'
  return rights
    .filter((right) => right.feature === key && right.amount !== undefined && isUsable(right, nowMs))
    .toSorted((a, b) => b.priority - a.priority || compare(lossAt(a), lossAt(b)))
}

/** What there is of a metered feature. What is held is counted as a whole, whichever lots come and go. */
export function balanceOf(user: FakeUser, feature: FakeFeature, nowMs: number): Balance {
  const lots = lotsOf(user, feature, nowMs)
  if (!feature.isHeld) {
    const all = lots.map((lot) => lotBalance(user, lot, nowMs))
    const sum = (of: keyof Balance) => total(all.map((one) => one[of]))
    return balance(sum('granted'), sum('used'), sum('reserved'))
  }
  const { consumptions, reservations } = user
  const isOfFeature = (one: { readonly feature: string }) => one.feature === feature.key
  const held = [...consumptions.values()].filter(isOfFeature)
  const leases = [...reservations.values()].filter((one) => isOfFeature(one) && isOpen(one, nowMs))
  return balance(
    total(lots.map(({ amount = 0 }) => amount)),
    total(held.map(({ amount, reversed }) => amount - reversed)),
    total(leases.map(({ amount }) => amount)),
  )
}

/** What there is of one lot. */
export function lotBalance({ consumptions, reservations }: FakeUser, lot: FakeRight, nowMs: number): Balance {
  const of = (takes: readonly FakeTake[]) =>
    total(takes.filter(({ right }) => right === lot).map(({ amount }) => amount))
  const spent = [...consumptions.values()].map((one) => of(firstPartOf(one.takes, one.amount - one.reversed)))
  const open = [...reservations.values()].filter((one) => isOpen(one, nowMs))
  return balance(lot.amount ?? 0, total(spent), total(open.map(({ takes }) => of(takes))))
}

export function isOpen({ end, endsAtMs }: FakeReservation, nowMs: number): boolean {
  return end === null && nowMs < endsAtMs
}

/** From which lots an amount is taken that is there: from none where the feature is held. */
export function takesFrom(
  user: FakeUser,
  feature: FakeFeature,
  amount: number,
  nowMs: number,
): readonly FakeTake[] {
  if (feature.isHeld) return []
  const lots = lotsOf(user, feature, nowMs)
  const there = lots.map((right) => ({ right, amount: lotBalance(user, right, nowMs).remaining }))
  return firstPartOf(there, amount)
}

/** The takes of the first so many, in the same order. */
export function firstPartOf(takes: readonly FakeTake[], amount: number): readonly FakeTake[] {
  let missing = amount
  return takes.flatMap((take) => {
    const part = Math.min(take.amount, missing)
    missing -= part
    return part > 0 ? [{ ...take, amount: part }] : []
  })
}

/** Takes as they are answered. */
export function takesAnswer(takes: readonly FakeTake[]) {
  return takes.map(({ right, amount }) => ({ entitlementId: right.id, amount }))
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function balance(granted: number, used: number, reserved: number): Balance {
  return { granted, used, reserved, remaining: granted - used - reserved }
}

function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
