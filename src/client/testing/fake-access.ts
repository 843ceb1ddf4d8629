import type { AccessListAnswer, BalanceListAnswer, CheckAnswer } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import { type FakeRight, stateOf } from './fake-rights.ts'
import type { FakeUser } from './fake-user.ts'

type FakeAccess = Omit<CheckAnswer, 'userId' | 'version' | 'catalogVersion' | 'asOf' | 'source'>

const REASONS = { suspended: 'suspended', scheduled: 'not_started', expired: 'expired', revoked: 'revoked' }

/** The rights to a feature that can be used now, in the order in which they are spent. */
export function usableRights({ rights }: FakeUser, feature: string, nowMs: number): readonly FakeRight[] {
  const isUsable = (right: FakeRight) => ['active', 'in_grace'].includes(stateOf(right, nowMs))
  return rights
    .filter((right) => right.feature === feature && isUsable(right))
    .toSorted((a, b) => b.priority - a.priority || compare(a.endsAt ?? '~', b.endsAt ?? '~'))
}

/** What a check says of a feature. */
export function accessOf(user: FakeUser, feature: string, nowMs: number, isKnown: boolean): FakeAccess {
  const all = user.rights.filter((right) => right.feature === feature)
  const usable = usableRights(user, feature, nowMs)
  const balance = usable.some(({ amount }) => amount !== undefined) ? { balance: balanceOf(usable) } : {}
  const nextChangeAt = nextChangeOf(all, nowMs)
  const [first] = usable
  if (first === undefined) {
    const states = all.map((right) => stateOf(right, nowMs))
    const [, reason = isKnown ? 'no_entitlement' : 'unknown_feature'] =
      Object.entries(REASONS).find(([state]) => states.includes(state)) ?? []
    return { feature, allowed: false, reason, entitlements: [], nextChangeAt }
  }
  const entitlements = usable.map(({ id }) => id)
  if (balance.balance !== undefined && balance.balance.remaining <= 0) {
    return { feature, allowed: false, reason: 'limit_reached', entitlements, ...balance, nextChangeAt }
  }
  const isInGrace = usable.every((right) => stateOf(right, nowMs) === 'in_grace')
  const reason = isInGrace ? 'in_grace' : usable.every(({ trial }) => trial) ? 'in_trial' : 'granted'
  const value = first.value === undefined ? {} : { value: first.value }
  return { feature, allowed: true, reason, entitlements, ...value, ...balance, nextChangeAt }
}

/** How sure an answer is: a fake has no copies. */
export function freshnessOf({ version }: FakeUser, nowMs: number) {
  return { version, catalogVersion: 1, asOf: isoOf(nowMs), source: 'ledger' } as const
}

export function accessListOf(
  user: FakeUser,
  features: readonly string[],
  nowMs: number,
): AccessListAnswer & { readonly answeredAt: string } {
  const list = features.map((feature) => accessOf(user, feature, nowMs, true))
  return { userId: user.id, features: list, ...freshnessOf(user, nowMs), answeredAt: isoOf(nowMs) }
}

export function balancesOf(user: FakeUser, features: readonly string[], nowMs: number): BalanceListAnswer {
  const balances = features.flatMap((feature) => {
    const lots = usableRights(user, feature, nowMs).filter(({ amount }) => amount !== undefined)
    const told = lots.map((lot) => ({
      entitlementId: lot.id,
      ...balanceOf([lot]),
      endsAt: lot.endsAt,
      resetsAt: null,
      withdrawn: false,
    }))
    return lots.length === 0 ? [] : [{ feature, ...balanceOf(lots), lots: told }]
  })
  return { userId: user.id, balances, ...freshnessOf(user, nowMs) }
}

/** What is there of some lots. */
export function balanceOf(lots: readonly FakeRight[]) {
  const sum = (of: (lot: FakeRight) => number) => lots.reduce((total, lot) => total + of(lot), 0)
  const granted = sum(({ amount = 0 }) => amount)
  const used = sum((lot) => lot.used)
  const reserved = sum((lot) => lot.reserved)
  return { granted, used, reserved, remaining: granted - used - reserved }
}

function nextChangeOf(rights: readonly FakeRight[], nowMs: number): string | null {
  const now = isoOf(nowMs)
  const moments = rights
    .filter(({ revokedAt, suspendedAt }) => revokedAt === null && suspendedAt === null)
    .flatMap(({ startsAt, endsAt, graceEndsAt }) => [startsAt, endsAt, graceEndsAt])
    .filter((moment) => moment !== null)
  return moments.filter((moment) => moment > now).toSorted(compare)[0] ?? null
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}
