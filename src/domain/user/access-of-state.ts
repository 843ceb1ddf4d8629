import type { Catalog } from '../catalog/catalog.ts'
import { offersTo, withOffers } from '../catalog/everybodys-rights.ts'
import { type Access, type Precedence, type Right, accessOf, byPrecedence } from '../entitlements/access.ts'
import { type Entitlement, isManaged, lastMoment } from '../entitlements/entitlement.ts'
import { hasEnded, nextChangeAt, standingOf } from '../entitlements/state.ts'
import { lastingCount } from '../usage/counting.ts'
import type { Lot } from '../usage/lot.ts'
import { type Spending, isOwing, spendingOf, withoutLots } from '../usage/metered-access.ts'
import { isSpent, withSpentAsOne } from '../usage/spent-lots.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { entitlementsByFeature, entitlementsTo } from './entitlements-by-feature.ts'
import { accessToOwn, isLot } from './lasting-access.ts'
import { keepSpending, lastSpending } from './last-spending.ts'
import type { Snapshot } from './snapshot.ts'
import { countIn, countedFeatures } from './user-counts.ts'
import { lotIn, lotsAt, lotsSharing } from './user-lots.ts'
import type { SourceRecord, UserState } from './user-state.ts'

/** Returns the snapshot of a state, confirmed at `now`; where features are named, the part of it that tells of these. */
export function snapshotOf(state: UserState, now: Instant, only?: readonly FeatureKey[]): Snapshot {
  const { userId, version } = state
  const features = only ?? [...entitlementsByFeature(state).keys()]
  const of = {
    userId,
    version,
    confirmedAt: now,
    features: rightsByFeature(state, features, now),
    ...countsOf(state, only, now),
  }
  return only === undefined ? of : { ...of, only }
}

/** Left out where nothing is taken of features that count it as a whole. */
function countsOf(
  state: UserState,
  only: readonly FeatureKey[] | undefined,
  now: Instant,
): Pick<Snapshot, 'counts'> {
  const counts = [...countedFeatures(state)].flatMap((feature) => {
    const count = only === undefined || only.includes(feature) ? countIn(state, feature) : null
    return count === null ? [] : [[feature, lastingCount(count, now)] as const]
  })
  return counts.length === 0 ? {} : { counts: Object.fromEntries(counts) }
}

/** Gives nobody anything. */
const NO_CATALOG: Catalog = { version: 0, features: new Map(), offers: new Map() }

/** Returns the access to so much of one feature at `now`, which spends its own lots, by a user's state and by what everybody has. */
export function accessAt(
  state: UserState,
  feature: FeatureKey,
  now: Instant,
  catalog = NO_CATALOG,
  amount = 1,
): Access {
  return accessToOwn(spendingAt(state, feature, now, catalog), catalog.features.get(feature), amount)
}

/** Returns what there is of one feature at `now`. */
export function spendingAt(state: UserState, feature: FeatureKey, now: Instant, catalog: Catalog): Spending {
  // A decision asks before it, and again for what has changed.
  const spending = lastSpending(state, feature, catalog, now)
  if (spending !== null) return spending
  const rights = withOffers(rightsTo(state, feature, now), offersTo(catalog, feature, state.userId))
  const lots = rights.filter(isLot)
  const count = countIn(state, feature)
  const reckoned =
    lots.length === 0 && count === null
      ? withoutLots(accessOf(rights, now))
      : spendingOf(lotsAt(lots, now), now, count)
  const isSubscription = ({ register }: SourceRecord) => register.subscription !== null
  const isToCome = ({ startsAt }: Lot) => startsAt !== null && startsAt > state.recordedAt
  const isAlone =
    count === null &&
    ![...state.sources.values()].some(isSubscription) &&
    !lots.some((lot) => isToCome(lot) && isSpent(lot))
  keepSpending(state, { spending: reckoned, feature, catalog, now, isAlone })
  return reckoned
}

function rightsByFeature(
  state: UserState,
  features: readonly FeatureKey[],
  now: Instant,
): Snapshot['features'] {
  const rights = features.flatMap((feature) => {
    const ofFeature = rightsTo(state, feature, now)
    return ofFeature.length === 0 ? [] : [[feature, ofFeature] as const]
  })
  return Object.fromEntries(rights)
}

function rightsTo(state: UserState, feature: FeatureKey, now: Instant): readonly Right[] {
  const ofFeature = entitlementsTo(state, feature)
  const sharing = lotsSharing(state, ofFeature.all, now)
  const rightFor = (one: Entitlement) => sharing.get(one.id) ?? lotIn(state, one) ?? rightOf(one)
  const standing = standingAt(ofFeature, now)
  // A withdrawn lot that was spent is owed, and so it lowers the balance.
  const owing = standing.withdrawn.map(rightFor).filter((right) => isLot(right) && isOwing(right, now))
  const shown = standing.shown.map(rightFor)
  const lots = shown.filter(isLot)
  if (lots.length === 0) return [...shown, ...owing]
  // Of lots that share what was used, and of one to come, each is looked at alone. At a later moment the same ones stand as one.
  const hasBegun = ({ startsAt }: Lot) => startsAt === null || startsAt <= state.recordedAt
  return [...withSpentAsOne(lots, (lot) => !sharing.has(lot.id) && hasBegun(lot)), ...owing]
}

interface StandingEntitlements {
  /** In order of precedence: those that have not ended, and of those that have the nearest. */
  readonly shown: readonly Entitlement[]
  readonly withdrawn: readonly Entitlement[]
  readonly from: Instant
  /** Exclusive: when time alone changes the state of one of them. */
  readonly until: number
}

/** Found once for the entitlements to a feature, until time turns one of them: what is spent changes none. */
const standings = new WeakMap<object, StandingEntitlements>()

function standingAt(ofFeature: ReturnType<typeof entitlementsTo>, now: Instant): StandingEntitlements {
  const known = standings.get(ofFeature)
  if (known !== undefined && known.from <= now && now < known.until) return known
  const { all, byPrecedence } = ofFeature
  const isOver = (one: Entitlement) => hasEnded(one, now)
  const [nearest] = byPrecedence.filter((one) => !one.withdrawn && isOver(one)).toSorted(nearestEndFirst)
  const next = all.map((one) => nextChangeAt(one, now) ?? Infinity)
  const found = {
    shown: byPrecedence.filter((one) => !one.withdrawn && (one === nearest || !isOver(one))),
    withdrawn: all.filter((one) => one.withdrawn),
    from: now,
    until: next.reduce((first, at) => Math.min(first, at), Infinity),
  }
  standings.set(ofFeature, found)
  return found
}

/** Orders rights that ended: those that ran out before those that were revoked, then the latest first. */
function nearestEndFirst(a: Entitlement, b: Entitlement): number {
  const byKind = Number(a.revokedAt !== null) - Number(b.revokedAt !== null)
  return byKind || endOf(b) - endOf(a) || byPrecedence(a, b)
}

function endOf(entitlement: Entitlement): Instant {
  return entitlement.revokedAt ?? lastMoment(entitlement) ?? 0
}

function rightOf(entitlement: Entitlement): Right {
  const { id, allowance } = entitlement
  return { id, allowance, ...precedenceOf(entitlement), ...standingOf(entitlement) }
}

/** Only of several config rights one gives the answer alone. */
function precedenceOf(entitlement: Entitlement): Precedence {
  switch (entitlement.allowance.type) {
    case 'config':
      return { priority: entitlement.priority, isBought: isManaged(entitlement) }
    case 'boolean':
    case 'metered':
      return {}
  }
}
