import { type AllowanceRequest, NOTHING_MORE, allowanceFor } from '../entitlements/allowance.ts'
import {
  type Allowance,
  type Entitlement,
  type MeteredAllowance,
  type Period,
  type Terms,
  isManaged,
  termsOf,
} from '../entitlements/entitlement.ts'
import { type Feature, isMetered } from '../entitlements/feature.ts'
import type { Reset } from '../entitlements/reset.ts'
import { hasEnded } from '../entitlements/state.ts'
import type { EntitlementId, FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { orderedText } from '../values/json.ts'
import { type Result, err, ok } from '../values/result.ts'
import type { AskedReset, CreateEntitlement, HandCommand, UpdateEntitlement } from './command.ts'
import type { Change } from './entry.ts'
import type { EntitlementRefusal } from './refusal.ts'
import { LIVE_ENTITLEMENTS_MAX, hasRoomByHand, takesRoom } from './capacity.ts'
import type { UserState } from './user-state.ts'

/** The features of the catalog at the moment of deciding, by key. */
export type Features = ReadonlyMap<FeatureKey, Feature>

/**
 * Returns the change that a command makes, `null` when there is nothing to change, or a refusal. A function of its arguments
 * alone.
 */
export function decide(
  state: UserState,
  command: HandCommand,
  features: Features,
  now: Instant,
): Result<Change | null, EntitlementRefusal> {
  if (command.type === 'create_entitlement') return create(state, command, features, now)

  const entitlement = state.entitlements.get(command.entitlementId)
  if (entitlement === undefined || entitlement.withdrawn) {
    return err({ code: 'entitlement_not_found', entitlementId: command.entitlementId })
  }
  switch (command.type) {
    case 'update_entitlement':
      return update(state, entitlement, command, features, now)
    case 'revoke_entitlement':
      if (entitlement.revokedAt !== null) return ok(null)
      return ok({ type: 'entitlement_revoked', data: { entitlementId: entitlement.id } })
    case 'suspend_entitlement':
      if (entitlement.revokedAt !== null) return revokedRefusal(entitlement)
      if (entitlement.suspendedAt !== null) return ok(null)
      return ok({ type: 'entitlement_suspended', data: { entitlementId: entitlement.id } })
    case 'resume_entitlement':
      if (entitlement.revokedAt !== null) return revokedRefusal(entitlement)
      if (entitlement.suspendedAt === null) return ok(null)
      return ok({ type: 'entitlement_resumed', data: { entitlementId: entitlement.id } })
  }
}

function create(
  state: UserState,
  command: CreateEntitlement,
  features: Features,
  now: Instant,
): Result<Change, EntitlementRefusal> {
  const {
    entitlementId,
    feature: key,
    source,
    value,
    amount,
    reset,
    startsAt,
    endsAt,
    graceEndsAt,
    trial,
    priority,
  } = command
  if (state.entitlements.has(entitlementId)) return err({ code: 'entitlement_exists', entitlementId })

  const feature = features.get(key)
  if (feature === undefined) return err({ code: 'feature_unknown', feature: key })
  if (feature.archived) return err({ code: 'feature_archived', feature: key })

  const anchored = reset === null ? null : anchoredAt(reset, startsAt ?? now)
  const allowance = allowanceFor(feature, { value, amount, reset: anchored, period: null })
  if (!allowance.ok) return allowance
  if (exceedsExactSums(state, key, null, allowance.value, now))
    return err({ code: 'amount_too_large', feature: key })
  const terms: Terms = { allowance: allowance.value, startsAt, endsAt, graceEndsAt, trial, priority }
  const impossible = periodRefusal(terms)
  if (impossible !== null) return err(impossible)

  if (!hasRoomByHand(state, now)) return tooManyRefusal()
  const metadata = command.metadata === null ? 'none' : 'noted'
  return ok({ type: 'entitlement_created', data: { entitlementId, feature: key, source, terms, metadata } })
}

function update(
  state: UserState,
  entitlement: Entitlement,
  { changes }: UpdateEntitlement,
  features: Features,
  now: Instant,
): Result<Change | null, EntitlementRefusal> {
  const { id: entitlementId, feature, source } = entitlement
  // What a purchase or a plan gives follows from it and the catalog: the next change of these would undo one by hand.
  if (isManaged(entitlement)) {
    return err({ code: 'managed_by_source', entitlementId, provider: source.provider })
  }
  if (entitlement.revokedAt !== null) return revokedRefusal(entitlement)

  const { value, amount, reset, metadata: newMetadata, ...rest } = changes
  const before = termsOf(entitlement)
  const start = rest.startsAt ?? before.startsAt ?? entitlement.createdAt
  const anchored = reset === undefined || reset === null ? reset : anchoredAt(reset, start)
  const known = features.get(feature)
  const allowance = allowanceAfter({ ...known, key: feature }, before.allowance, {
    value,
    amount,
    reset: anchored,
  })
  if (!allowance.ok) return allowance
  if (exceedsExactSums(state, feature, entitlementId, allowance.value, now))
    return err({ code: 'amount_too_large', feature })
  const terms: Terms = { ...before, ...rest, allowance: allowance.value }
  const impossible = periodRefusal(terms)
  if (impossible !== null) return err(impossible)
  const after = { ...entitlement, ...terms }
  const comesBack = !takesRoom(state, entitlement, now) && takesRoom(state, after, now)
  if (comesBack && !hasRoomByHand(state, now)) return tooManyRefusal()

  const metadata = newMetadata === undefined ? 'kept' : newMetadata === null ? 'none' : 'noted'
  const metadataStays = metadata === 'kept' || (metadata === 'none' && entitlement.metadata === null)
  if (metadataStays && orderedText(before) === orderedText(terms)) return ok(null)
  return ok({ type: 'entitlement_updated', data: { entitlementId, terms, metadata } })
}

/** What is `undefined` stays as it is. */
type AllowanceChanges = {
  readonly [Member in 'value' | 'amount' | 'reset']: AllowanceRequest[Member] | undefined
}

/** Returns an allowance with the changes that were asked for; refuses what its type does not take. */
function allowanceAfter(
  feature: Pick<Feature, 'key' | 'held' | 'windowMs'>,
  before: Allowance,
  asked: AllowanceChanges,
): Result<Allowance, EntitlementRefusal> {
  const changes: Partial<AllowanceRequest> = Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined),
  )
  const overage = isMetered(before) ? before.overage : 'deny'
  const combine = (before.type === 'config' ? before.combine : undefined) ?? 'latest'
  return allowanceFor(
    { ...feature, type: before.type, overage, combine },
    { ...requestOf(before), ...changes },
  )
}

/** Returns the request that an allowance was given for. */
function requestOf(allowance: Allowance): AllowanceRequest {
  switch (allowance.type) {
    case 'boolean':
      return NOTHING_MORE
    case 'config':
      return { ...NOTHING_MORE, value: allowance.value }
    case 'metered': {
      const { amount, reset, period } = allowance
      return { ...NOTHING_MORE, amount, reset, period }
    }
  }
}

function anchoredAt({ anchor, ...reset }: AskedReset, otherwise: Instant): Reset {
  return { ...reset, anchor: anchor ?? otherwise }
}

/** Whether the live amounts of a feature, or the values that it sums, would add up to more than a number holds exactly (2^53 - 1). */
function exceedsExactSums(
  { entitlements }: UserState,
  feature: FeatureKey,
  except: EntitlementId | null,
  more: Allowance,
  now: Instant,
): boolean {
  let sum = summandOf(more)
  if (sum === null) return false
  for (const entitlement of entitlements.values()) {
    const { id, allowance, withdrawn } = entitlement
    const counts = entitlement.feature === feature && id !== except && !hasEnded(entitlement, now)
    // An amount that its source gives no more may be owed; a value is none.
    if (counts && (!withdrawn || isMetered(allowance))) sum += summandOf(allowance) ?? 0
  }
  return sum > Number.MAX_SAFE_INTEGER
}

/** The most that an allowance adds to a sum, above zero or below; `null` where nothing is summed. */
function summandOf(allowance: Allowance): number | null {
  switch (allowance.type) {
    case 'boolean':
      return null
    case 'config':
      return allowance.combine === 'sum' && typeof allowance.value === 'number'
        ? Math.abs(allowance.value)
        : null
    case 'metered':
      return largestAmountOf(allowance)
  }
}

function largestAmountOf({ amount, reset }: MeteredAllowance): number {
  return amount + Math.min(amount, reset?.rolloverMax ?? 0)
}

function revokedRefusal({ id }: Entitlement): Result<never, EntitlementRefusal> {
  return err({ code: 'entitlement_revoked', entitlementId: id })
}

function periodRefusal({ startsAt, endsAt, graceEndsAt }: Period): EntitlementRefusal | null {
  if (startsAt !== null && endsAt !== null && endsAt <= startsAt) {
    return { code: 'period_impossible', rule: 'endsAt must be later than startsAt' }
  }
  if (graceEndsAt !== null && endsAt === null) {
    return { code: 'period_impossible', rule: 'graceEndsAt needs an endsAt' }
  }
  if (graceEndsAt !== null && endsAt !== null && graceEndsAt <= endsAt) {
    return { code: 'period_impossible', rule: 'graceEndsAt must be later than endsAt' }
  }
  return null
}

function tooManyRefusal(): Result<never, EntitlementRefusal> {
  return err({ code: 'too_many_entitlements', limit: LIVE_ENTITLEMENTS_MAX })
}
