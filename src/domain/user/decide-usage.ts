import type { Catalog } from '../catalog/catalog.ts'
import { everybodysEntries } from '../catalog/everybodys-entries.ts'
import { offersTo } from '../catalog/everybodys-rights.ts'
import { type Feature, isMetered } from '../entitlements/feature.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'
import { debtMaxOf } from '../usage/metered-access.ts'
import { costOf } from '../entitlements/rate.ts'
import { countingOf } from '../usage/counting.ts'
import { type Take, overageBack, returnsOf, takeFrom } from '../usage/take.ts'
import type { ConsumedData, SpentOfAnother, UsageChange } from '../usage/usage-change.ts'
import type { ReleaseHolder, ReverseConsumption, Taking, UsageCommand } from '../usage/usage-command.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import type { FeatureKey } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import { type Result, err, ok } from '../values/result.ts'
import { accessByState } from './access-by-catalog.ts'
import { spendingAt } from './access-of-state.ts'
import { type Possession, possessionOf, samePossession } from './holders.ts'
import { commit, openReservation, releaseOf, renew } from './open-reservation.ts'
import type { Past, PastBySeq } from './past.ts'
import type { UserState } from './user-state.ts'

/** How many reservations of one user may be open at once. */
export const OPEN_RESERVATIONS_MAX = 1000

/** What decides a command on usage besides the user's state. */
interface UsageContext {
  readonly catalog: Catalog
  readonly past: PastBySeq
}

/** Returns what a command on metered features changes, or a refusal. A function of its arguments alone. */
export function decideUsage(
  state: UserState,
  command: UsageCommand,
  { catalog, past }: UsageContext,
  now: Instant,
): Result<UsageChange | Possession, UsageRefusal> {
  switch (command.type) {
    case 'consume': {
      const possession = samePossession(state, 'holding', command, catalog, now)
      if (!possession.ok) return possession
      if (possession.value !== null) return ok(possession.value)
      const spending = spend(state, command, catalog, now)
      return spending.ok ? ok({ type: 'usage_consumed', data: spending.value }) : spending
    }
    case 'reserve': {
      const possession = samePossession(state, 'lease', command, catalog, now)
      if (!possession.ok) return possession
      if (possession.value !== null) return ok(possession.value)
      const open = [...state.reservations.values()].filter(({ endsAt }) => now < endsAt)
      if (open.length >= OPEN_RESERVATIONS_MAX) {
        return err({ code: 'too_many_reservations', limit: OPEN_RESERVATIONS_MAX })
      }
      const spending = spend(state, command, catalog, now)
      if (!spending.ok) return spending
      return ok({ type: 'usage_reserved', data: { ...spending.value, endsAt: now + command.ttlMs } })
    }
    case 'reverse_consumption':
      return reverse(state, command, past.get(command.consumption))
    case 'release_holder':
      return releaseHolder(state, command, now)
    case 'renew_reservation': {
      const open = openReservation(state, command.reservation, past, now)
      return open.ok ? renew(open.value, command, now) : open
    }
    case 'commit_reservation': {
      const open = openReservation(state, command.reservation, past, now)
      return open.ok ? commit(open.value, command) : open
    }
    case 'release_reservation': {
      const open = openReservation(state, command.reservation, past, now)
      return open.ok ? ok(releaseOf(open.value)) : open
    }
  }
}

function spend(
  state: UserState,
  asked: Taking,
  catalog: Catalog,
  now: Instant,
): Result<ConsumedData, UsageRefusal> {
  const { feature, amount, holder } = asked
  const charged = chargedBy(asked, catalog)
  if (!charged.ok) return charged
  const { target, cost, spends } = charged.value
  const access = accessByState(state, catalog, feature, now)
  if (access.reason === 'disabled') return err({ code: 'feature_disabled', feature, access })
  if (target.held === true && holder === undefined) return err({ code: 'holder_missing', feature })
  const { spendable, balance: there } = spendingAt(state, target.key, now, catalog)
  const balance = there ?? NOTHING
  const debtMax = debtMaxOf(spendable, target.overageMax ?? Infinity)
  const isRefused = spendable.length === 0 || cost > balance.remaining + debtMax
  if (isRefused || !mayUse(state, feature, catalog, now)) {
    return err({ code: 'insufficient_balance', feature, amount, access: { ...access, balance } })
  }
  if (balance.used + balance.reserved + cost > Number.MAX_SAFE_INTEGER) {
    return err({ code: 'amount_too_large', feature })
  }
  const counted = countingOf(target)
  const overage = Math.max(0, cost - Math.max(0, balance.remaining))
  const takes = counted === null ? takeFrom(spendable, cost, now) : []
  const offers = offersTo(catalog, target.key, state.userId)
  const { entitlements } = state
  const everyone = everybodysEntries(takes, { offers, catalogVersion: catalog.version, entitlements }, now)
  return ok({
    feature,
    amount,
    takes,
    overage,
    ...(everyone.length === 0 ? {} : { everyone }),
    ...(counted === null ? {} : { counted }),
    ...(spends === null ? {} : { spends }),
    ...(holder === undefined ? {} : { hasHolder: true }),
  })
}

interface Charged {
  /** The feature that it is taken of. */
  readonly target: Feature
  readonly cost: number
  /** `null` where it is taken of its own. */
  readonly spends: SpentOfAnother | null
}

/** Returns of which feature an amount is taken, and how much: of its own, or of the one that it spends. */
function chargedBy(
  { feature, amount }: { readonly feature: FeatureKey; readonly amount: number },
  { features }: Catalog,
): Result<Charged, UsageRefusal> {
  const typed = features.get(feature)
  if (typed === undefined) return err({ code: 'feature_unknown', feature })
  if (!isMetered(typed)) return err({ code: 'feature_not_metered', feature })
  if (typed.spends === undefined) return ok({ target: typed, cost: amount, spends: null })
  const { feature: key, rate } = typed.spends
  const target = features.get(key)
  if (target === undefined) return err({ code: 'feature_unknown', feature: key })
  const cost = costOf(amount, rate)
  return ok({ target, cost, spends: { feature: key, cost, rate } })
}

/** Whether a user has the right to a feature that it needs besides what it spends. */
function mayUse(state: UserState, feature: FeatureKey, catalog: Catalog, now: Instant): boolean {
  const { requiresRight = false } = catalog.features.get(feature)?.spends ?? {}
  return !requiresRight || spendingAt(state, feature, now, catalog).standing.allowed
}

const NOTHING = { granted: 0, used: 0, reserved: 0, remaining: 0 }

function reverse(
  state: UserState,
  { consumption, amount: requested }: ReverseConsumption,
  past: Past | undefined,
): Result<UsageChange, UsageRefusal> {
  if (past === undefined || past.entry.type === 'usage_reserved') {
    return err({ code: 'consumption_not_found', consumption })
  }
  const { feature, amount: consumed, takes, counted, spends, overage: owed } = past.entry.data
  const reversed = past.resolution?.amount ?? 0
  const amount = requested ?? consumed - reversed
  if (amount === 0 || reversed + amount > consumed) {
    return err({ code: 'reversal_exceeds_consumption', consumption, consumed, reversed })
  }
  // By the rate of then, what stays costs what it would have cost alone.
  const costOfFirst = (part: number) => (spends === undefined ? part : costOf(part, spends.rate))
  const [before, stays] = [costOfFirst(consumed - reversed), costOfFirst(consumed - reversed - amount)]
  const [returned, cost] = [costOfFirst(consumed) - before, before - stays]
  const returns = counted === undefined ? returnsOf(takes, returned, cost) : []
  if (returns.some((take) => isMoved(state, take))) return err({ code: 'consumption_moved', consumption })
  return ok({
    type: 'consumption_reversed',
    data: {
      consumption,
      feature,
      amount,
      returns,
      ...(counted === undefined ? {} : { counted }),
      ...(typeof counted === 'object' ? { takenAt: past.entry.recordedAt } : {}),
      ...(spends === undefined ? {} : { spends: { feature: spends.feature, cost } }),
      ...(owed === 0 ? {} : { overage: overageBack(owed, returned, cost) }),
    },
  })
}

function releaseHolder(
  state: UserState,
  asked: ReleaseHolder,
  now: Instant,
): Result<UsageChange, UsageRefusal> {
  const possession = possessionOf(state, asked, now)
  if (possession === null) return err({ code: 'holder_not_found', feature: asked.feature })
  if (possession.type === 'lease') return ok(releaseOf(possession.reservation))
  const { seq: consumption, feature, taken, amount, overage: owed } = possession.holding
  const overage = owed === 0 ? {} : { overage: overageBack(owed, taken - amount, amount) }
  const data = { consumption, feature, amount, returns: [], counted: 'held', ...overage } as const
  return ok({ type: 'consumption_reversed', data })
}

/** Whether a lot is of a source that moved to another user; what was used of it moved too. */
function isMoved({ entitlements, sources }: UserState, { entitlementId }: Take): boolean {
  const entitlement = entitlements.get(entitlementId)
  return entitlement?.withdrawn === true && !sources.has(sourceKeyText(entitlement.source))
}
