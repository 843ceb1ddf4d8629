import type { CheckAnswer } from '../wire.ts'
import { isoOf } from './fake-clock.ts'
import type { FakeFeature } from './fake-feature.ts'
import { balanceOf, compare, isOpen, lotBalance, lotsOf } from './fake-lots.ts'
import { type FakeRight, isUsable, stateOf } from './fake-rights.ts'
import type { FakeUser } from './fake-user.ts'

type FakeAccess = Omit<CheckAnswer, 'userId' | 'version' | 'catalogVersion' | 'asOf' | 'source'>

/** Of several, the one that is listed first decides. */
const REASONS = [
  'granted',
  'in_trial',
  'in_grace',
  'limit_reached',
  'suspended',
  'not_started',
  'expired',
  'revoked',
  'no_entitlement',
  'unknown_feature',
]

/** How far an answer is from a yes. */
export function rankOf(reason: string): number {
  return REASONS.indexOf(reason)
}

const MISSES = { suspended: 'suspended', scheduled: 'not_started', expired: 'expired', revoked: 'revoked' }

function reasonOf(right: FakeRight, nowMs: number): string {
  const state = stateOf(right, nowMs)
  if (state === 'active') return right.trial ? 'in_trial' : 'granted'
  return (MISSES as Readonly<Record<string, string>>)[state] ?? 'in_grace'
}

/** What a check says of so much of a feature. */
export function accessOf(user: FakeUser, feature: FakeFeature, nowMs: number, amount = 1): FakeAccess {
  const { key, type } = feature
  const rights = user.rights.filter((right) => right.feature === key).toSorted(byPrecedence)
  const usable = rights.filter((right) => isUsable(right, nowMs))
  const allowed = usable.length > 0
  const ranked = (allowed ? usable : rights).toSorted((a, b) => rank(a, nowMs) - rank(b, nowMs))
  const [first] = ranked
  const reason = first === undefined ? 'no_entitlement' : reasonOf(first, nowMs)
  const moments = rights.map((right) => nextChangeOf(right, nowMs))
  const entitlements = idsOf(allowed ? usable : ranked.slice(0, 1))
  const access = { feature: key, allowed, reason, entitlements, nextChangeAt: earliest(moments) }
  if (type === 'metered') return toAmount(access, user, feature, nowMs, amount)
  const [winner] = usable
  if (winner?.value === undefined) return access
  return { ...access, reason: reasonOf(winner, nowMs), entitlements: [winner.id], value: winner.value }
}

function toAmount(
  access: FakeAccess,
  user: FakeUser,
  feature: FakeFeature,
  nowMs: number,
  amount: number,
): FakeAccess {
  const balance = balanceOf(user, feature, nowMs)
  const isThere = user.rights.some((right) => right.feature === feature.key)
  if (!isThere && balance.remaining === 0) return { ...access, maxAmount: 0 }
  const ends = [...user.reservations.values()]
    .filter((one) => one.feature === feature.key && isOpen(one, nowMs))
    .map(({ endsAtMs }) => isoOf(endsAtMs))
  const there = { balance, nextChangeAt: earliest([access.nextChangeAt, ...ends]) }
  if (!access.allowed) return { ...access, maxAmount: 0, ...there }
  const lots = lotsOf(user, feature, nowMs)
  const maxAmount = Math.max(0, balance.remaining)
  if (amount > maxAmount) {
    return {
      ...access,
      allowed: false,
      reason: 'limit_reached',
      entitlements: idsOf(lots),
      maxAmount,
      ...there,
    }
  }
  const left = (lot: FakeRight) =>
    feature.isHeld ? (lot.amount ?? 0) : lotBalance(user, lot, nowMs).remaining
  return { ...access, entitlements: idsOf(lots.filter((lot) => left(lot) > 0)), maxAmount, ...there }
}

/** How sure an answer is: a fake has no copies. */
export function freshnessOf({ version }: FakeUser, nowMs: number) {
  return { version, catalogVersion: 1, asOf: isoOf(nowMs), source: 'ledger' } as const
}

/** What a check says right after a change of a feature. */
export function asChecked(user: FakeUser, feature: FakeFeature, nowMs: number) {
  const { catalogVersion: _version, ...freshness } = freshnessOf(user, nowMs)
  const { spends: _spends, ...access } = accessOf(user, feature, nowMs)
  return { userId: user.id, ...access, ...freshness }
}

/** Highest priority first, then the latest start. */
function byPrecedence(a: FakeRight, b: FakeRight): number {
  const start = ({ startsAt, createdAt }: FakeRight) => startsAt ?? createdAt
  return b.priority - a.priority || compare(start(b), start(a))
}

function rank(right: FakeRight, nowMs: number): number {
  return rankOf(reasonOf(right, nowMs))
}

function nextChangeOf({ revokedAt, startsAt, endsAt, graceEndsAt }: FakeRight, nowMs: number): string | null {
  if (revokedAt !== null) return null
  const now = isoOf(nowMs)
  return earliest([startsAt, endsAt, graceEndsAt].filter((moment) => moment !== null && moment > now))
}

function earliest(moments: readonly (string | null)[]): string | null {
  return moments.filter((moment) => moment !== null).toSorted(compare)[0] ?? null
}

function idsOf(rights: readonly FakeRight[]): readonly string[] {
  return rights.map(({ id }) => id)
}
