import type { FeatureKey, Seq } from '../values/ids.ts'
import type { Entitlement } from '../entitlements/entitlement.ts'
import type { Features } from './decide.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import type { UsageRefusal } from '../usage/usage-refusal.ts'
import { type Result, err, ok } from '../values/result.ts'
import { accessAt } from './snapshot.ts'
import { type Reservation, type UserState } from './user-state.ts'
import { allowsOverage, spendableOf } from '../usage/metered-access.ts'
import type { Past, PastBySeq } from './past.ts'
import { type Take, firstPartOf, returnsOf, takeFrom, totalOf } from '../usage/take.ts'
import type { CommitReservation, ReverseConsumption, UsageCommand } from '../usage/usage-command.ts'
import type { ConsumedData, UsageChange } from '../usage/usage-change.ts'
import { lotsFor } from './user-lots.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'

/** How many reservations of one user may be open at once. */
export const OPEN_RESERVATIONS_MAX = 1000

/** What a decision on usage rests on besides the user's state. */
export interface UsageContext {
  readonly features: Features
  readonly past: PastBySeq
}

/** Says what a command on metered features changes, or why it may not. Same input: same decision. */
export function decideUsage(
  state: UserState,
  command: UsageCommand,
  { features, past }: UsageContext,
  now: Instant,
): Result<UsageChange, UsageRefusal> {
  switch (command.type) {
    case 'consume': {
      const spent = spend(state, command, features, now)
      return spent.ok ? ok({ type: 'usage_consumed', data: spent.value }) : spent
    }
    case 'reserve': {
      const open = [...state.reservations.values()].filter(({ endsAt }) => now < endsAt)
      if (open.length >= OPEN_RESERVATIONS_MAX) {
        return err({ code: 'too_many_reservations', limit: OPEN_RESERVATIONS_MAX })
      }
      const held = spend(state, command, features, now)
      if (!held.ok) return held
      return ok({ type: 'usage_reserved', data: { ...held.value, endsAt: now + command.ttlMs } })
    }
    case 'reverse_consumption':
      return reverse(state, command, past.get(command.consumption))
    case 'commit_reservation': {
      const open = openReservation(state, command.reservation, past, now)
      return open.ok ? commit(open.value, command) : open
    }
    case 'release_reservation': {
      const open = openReservation(state, command.reservation, past, now)
      if (!open.ok) return open
      const { seq: reservation, feature, amount } = open.value
      return ok({ type: 'reservation_released', data: { reservation, feature, amount } })
    }
  }
}

function spend(
  state: UserState,
  { feature, amount }: { readonly feature: FeatureKey; readonly amount: number },
  features: Features,
  now: Instant,
): Result<ConsumedData, UsageRefusal> {
  const lots = lotsFor(state, feature, now)
  if (lots.length === 0) {
    const known = features.get(feature) ?? typeOfRight(state, feature)
    if (known === undefined) return err({ code: 'feature_unknown', feature })
    if (!isMetered(known)) return err({ code: 'feature_not_metered', feature })
  }
  const spendable = spendableOf(lots, now)
  const access = accessAt(state, feature, now)
  const { balance = NOTHING } = access
  const overage = Math.max(0, amount - Math.max(0, balance.remaining))
  if (spendable.length === 0 || (overage > 0 && !allowsOverage(spendable))) {
    return err({ code: 'insufficient_balance', feature, amount, access: { ...access, balance } })
  }
  if (balance.used + balance.reserved + amount > Number.MAX_SAFE_INTEGER) {
    return err({ code: 'amount_too_large', feature })
  }
  return ok({ feature, amount, takes: takeFrom(spendable, amount, now), overage })
}

const NOTHING = { granted: 0, used: 0, reserved: 0, remaining: 0 }

/** A right to a feature says what type it is, also when nobody looked into the catalog. */
function typeOfRight({ entitlements }: UserState, feature: FeatureKey): Entitlement['allowance'] | undefined {
  for (const entitlement of entitlements.values()) {
    if (entitlement.feature === feature) return entitlement.allowance
  }
  return undefined
}

function reverse(
  state: UserState,
  { consumption, amount: asked }: ReverseConsumption,
  past: Past | undefined,
): Result<UsageChange, UsageRefusal> {
  if (past === undefined || past.entry.type === 'usage_reserved') {
    return err({ code: 'consumption_not_found', consumption })
  }
  const { feature, amount: consumed, takes } = past.entry.data
  const reversed = past.resolution?.amount ?? 0
  const amount = asked ?? consumed - reversed
  if (amount === 0 || reversed + amount > consumed) {
    return err({ code: 'reversal_exceeds_consumption', consumption, consumed, reversed })
  }
  const returns = returnsOf(takes, reversed, amount)
  if (returns.some((take) => isMoved(state, take))) return err({ code: 'consumption_moved', consumption })
  return ok({ type: 'consumption_reversed', data: { consumption, feature, amount, returns } })
}

/** Whether a lot is one of a source that the user has no longer: what was used of it went along. */
function isMoved({ entitlements, sources }: UserState, { entitlementId }: Take): boolean {
  const entitlement = entitlements.get(entitlementId)
  return entitlement?.withdrawn === true && !sources.has(sourceKeyText(entitlement.source))
}

/** A reservation that was resolved stays so, also when its time has passed since. */
function openReservation(
  { reservations }: UserState,
  reservation: Seq,
  past: PastBySeq,
  now: Instant,
): Result<Reservation, UsageRefusal> {
  const open = reservations.get(reservation)
  if (open !== undefined && now < open.endsAt) {
    // What is held of other sources than the one that moved cannot be spent without what was held of that.
    const isWhole = totalOf(open.takes) === open.amount
    return isWhole ? ok(open) : err({ code: 'reservation_moved', reservation })
  }
  if (open !== undefined)
    return err({ code: 'reservation_already_expired', reservation, expiredAt: open.endsAt })

  const known = past.get(reservation)
  if (known?.entry.type !== 'usage_reserved') return err({ code: 'reservation_not_found', reservation })
  const { resolution, entry } = known
  // Nothing ends a reservation before its time but what resolves it, and a move.
  if (resolution === null && now < entry.data.endsAt) return err({ code: 'reservation_moved', reservation })
  if (resolution === null) {
    return err({ code: 'reservation_already_expired', reservation, expiredAt: entry.data.endsAt })
  }
  const code =
    resolution.how === 'committed' ? 'reservation_already_committed' : 'reservation_already_released'
  return err({ code, reservation, by: resolution.version })
}

function commit(
  { seq, feature, amount: reserved, takes, overage: owed }: Reservation,
  { amount: asked }: CommitReservation,
): Result<UsageChange, UsageRefusal> {
  const amount = asked ?? reserved
  if (amount > reserved) return err({ code: 'commit_exceeds_reservation', reservation: seq, reserved })
  const spent = firstPartOf(takes, amount)
  // What was not there was taken last, and so is what is not spent.
  const overage = Math.max(0, owed - (reserved - totalOf(spent)))
  return ok({
    type: 'reservation_committed',
    data: { reservation: seq, feature, amount, takes: spent, overage },
  })
}
