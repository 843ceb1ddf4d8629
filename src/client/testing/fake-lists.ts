import type { AccessListAnswer, BalanceListAnswer, ListAsked } from '../wire.ts'
import { accessOf, freshnessOf } from './fake-access.ts'
import { isoOf } from './fake-clock.ts'
import type { FakeFeature } from './fake-feature.ts'
import { lotBalance, lotsOf } from './fake-lots.ts'
import type { FakeUser } from './fake-user.ts'

export function accessListOf(
  user: FakeUser,
  features: readonly FakeFeature[],
  nowMs: number,
): AccessListAnswer & { readonly answeredAt: string } {
  const list = features.map((feature) => ({ ...accessOf(user, feature, nowMs), type: feature.type }))
  return { userId: user.id, features: list, ...freshnessOf(user, nowMs), answeredAt: isoOf(nowMs) }
}

export function balancesOf(
  user: FakeUser,
  features: readonly FakeFeature[],
  nowMs: number,
): BalanceListAnswer {
  const balances = features.flatMap((feature) => {
    const { balance } = accessOf(user, feature, nowMs)
    const lots = lotsOf(user, feature, nowMs).map((lot) => ({
      entitlementId: lot.id,
      ...lotBalance(user, lot, nowMs),
      endsAt: lot.endsAt,
      resetsAt: null,
      withdrawn: false,
    }))
    return balance === undefined ? [] : [{ feature: feature.key, ...balance, lots }]
  })
  return { userId: user.id, balances, ...freshnessOf(user, nowMs) }
}

/** A page of some items, as a ledger answers it. */
export function pageOf<Item>(items: readonly Item[], { limit = 50, cursor = '0' }: ListAsked) {
  const from = Number(cursor)
  const to = from + limit
  return { items: items.slice(from, to), nextCursor: to < items.length ? String(to) : null }
}
