import type { Access } from '../../domain/entitlements/access.ts'
import { type Allowance, EVERYONE, type Entitlement } from '../../domain/entitlements/entitlement.ts'
import { stateOf } from '../../domain/entitlements/state.ts'
import type { FeatureKey, UserId } from '../../domain/values/ids.ts'
import { instantText } from '../../domain/values/instant-text.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { SnapshotReading } from '../../edge/reading.ts'
import type { HistoryItem } from '../../ledger/store/history.ts'

// What the domain and the ledger say, in the words of the contract. Each returns plain JSON.

export function entitlementToWire(entitlement: Entitlement, userId: UserId, now: Instant) {
  const { id, feature, allowance, startsAt, endsAt, graceEndsAt, trial, priority, source } = entitlement
  return {
    id,
    userId,
    feature,
    state: stateOf(entitlement, now),
    ...allowanceToWire(allowance),
    startsAt: instantToWire(startsAt),
    endsAt: instantToWire(endsAt),
    graceEndsAt: instantToWire(graceEndsAt),
    trial,
    priority,
    source: { provider: source.provider, ref: source.ref, product: source.product },
    held: entitlement.held,
    createdAt: instantToWire(entitlement.createdAt),
    suspendedAt: instantToWire(entitlement.suspendedAt),
    revokedAt: instantToWire(entitlement.revokedAt),
    metadata: entitlement.metadata?.value ?? null,
    version: entitlement.version,
  }
}

/** A boolean feature has nothing to say of itself. */
function allowanceToWire(allowance: Allowance) {
  switch (allowance.type) {
    case 'boolean':
      return {}
    case 'config':
      return { value: allowance.value }
    case 'metered': {
      const { amount, reset, period } = allowance
      // No amount was asked for of what is a right alone.
      const isRightAlone = amount === 0 && reset === null && period === null
      const ofAmount = isRightAlone ? {} : { amount }
      return { ...ofAmount, reset: reset === null ? null : { ...reset, anchor: instantToWire(reset.anchor) } }
    }
  }
}

export function checkToWire(userId: UserId, feature: FeatureKey, reading: SnapshotReading<Access>) {
  return { userId, ...accessToWire(feature, reading.answer), ...freshnessToWire(reading) }
}

/** Named one by one: to copy what is left of an object costs more than to evaluate the check. */
export function accessToWire(feature: FeatureKey, access: Access) {
  const { allowed, reason, entitlements, everyone, value, combine, nextChangeAt } = access
  return {
    feature,
    allowed,
    reason,
    entitlements,
    ...(everyone === undefined ? {} : { sources: everyone.map(everybodysSource) }),
    ...(value === undefined ? {} : { value }),
    ...(combine === undefined ? {} : { combine }),
    ...(access.maxAmount === undefined ? {} : meteredToWire(access)),
    nextChangeAt: instantToWire(nextChangeAt),
  }
}

function meteredToWire({ balance, maxAmount, spends }: Pick<Access, 'balance' | 'maxAmount' | 'spends'>) {
  return {
    ...(balance === undefined ? {} : { balance }),
    maxAmount,
    ...(spends === undefined ? {} : { spends: { feature: spends.feature, cost: spends.rate } }),
  }
}

/** The source of what everybody has by a product. */
export function everybodysSource(product: string) {
  return { provider: EVERYONE, product } as const
}

export function freshnessToWire({
  version,
  catalogVersion,
  asOf,
  source,
  degraded,
}: SnapshotReading<unknown>) {
  return { version, catalogVersion, asOf: instantToWire(asOf), source, ...(degraded ? { degraded } : {}) }
}

export function historyItemToWire({ stored, hash, note }: HistoryItem) {
  return { ...stored, hash, note }
}

export function instantToWire(instant: Instant): string
export function instantToWire(instant: Instant | null): string | null
export function instantToWire(instant: Instant | null): string | null {
  return instant === null ? null : instantText(instant)
}
