import type { Entitlement } from '../entitlements/entitlement.ts'
import { everybodysEntitlement } from '../entitlements/everybodys-entitlement.ts'
import { isMetered } from '../entitlements/feature.ts'
import { isGivenBy } from '../purchases/products/is-given-by.ts'
import type { SourceKey } from '../purchases/register/source-key.ts'
import { type Usage, forgivenAt, isPaidAnew, periodAt, usageAt, usageOfTake } from '../usage/lot.ts'
import { usageInPeriod, addToOtherPeriod } from '../usage/paid-usage.ts'
import type { Take } from '../usage/take.ts'
import { emptyWindow, withTake, withoutTake } from '../usage/rolling-window.ts'
import { type ConsumedData, type EverybodysEntry, type UsageChange, chargeOf } from '../usage/usage-change.ts'
import type { FeatureKey, Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Entry, Note } from './entry.ts'
import { withReservation, withoutSome } from './holds-by-lot.ts'
import { spentAfter } from './last-spending.ts'
import { lotIn } from './user-lots.ts'
import type { Reservation, UserState } from './user-state.ts'

/** An entry that records a change of what is spent and held. */
export type EntryOfUsage = Extract<Entry, { type: UsageChange['type'] }>

const TYPES: Readonly<Record<UsageChange['type'], true>> = {
  usage_consumed: true,
  consumption_reversed: true,
  usage_reserved: true,
  reservation_committed: true,
  reservation_released: true,
}

/** Whether an entry records a change of what is spent and held. */
export function isOfUsage(entry: Entry): entry is EntryOfUsage {
  return Object.hasOwn(TYPES, entry.type)
}

/** Returns the state after an entry of usage. */
export function foldUsage(state: UserState, entry: EntryOfUsage, note: Note | null): UserState {
  const { seq, recordedAt } = entry
  const holder = note?.holder ?? null
  switch (entry.type) {
    case 'usage_consumed': {
      const { takes, everyone = [] } = entry.data
      const withLots = withEverybodys(state, chargeOf(entry.data).feature, everyone, entry)
      return addToCount(addToLots(withLots, takes, recordedAt, 1, usageOfTake), entry, holder)
    }
    case 'consumption_reversed':
      return giveBackToCount(addToLots(state, entry.data.returns, recordedAt, -1), entry)
    case 'usage_reserved': {
      const { everyone = [], ...reserved } = entry.data
      const withLots = withEverybodys(state, chargeOf(reserved).feature, everyone, entry)
      const isLease = reserved.hasHolder === true
      const reservation = { ...reserved, seq, ...(isLease ? { holder, endsAt: Infinity } : {}) }
      return {
        ...addToLots(withLots, reserved.takes, recordedAt, 0, usageOfTake),
        reservations: withReservation(state.reservations, reservation),
      }
    }
    case 'reservation_committed': {
      const { reservation, takes } = entry.data
      // Spent first, and then no longer held: freeing it first would lower what is forgiven.
      const spent = addToCount(addToLots(state, takes, recordedAt, 1), entry, holder)
      return withoutReservations(spent, [reservation], recordedAt)
    }
    case 'reservation_released':
      return withoutReservations(state, [entry.data.reservation], recordedAt)
  }
}

/** Returns the state with what was taken of a feature that counts it as a whole. */
function addToCount(
  state: UserState,
  { seq, recordedAt, data }: { readonly seq: Seq; readonly recordedAt: Instant; readonly data: ConsumedData },
  holder: string | null,
): UserState {
  const { counted: how } = data
  if (how === undefined) return state
  const { feature, amount } = chargeOf(data)
  if (how === 'held') {
    const holding = { seq, feature, taken: amount, amount, overage: data.overage, holder, version: seq }
    return { ...state, holdings: new Map(state.holdings).set(seq, holding) }
  }
  const window = withTake(state.windows.get(feature) ?? emptyWindow(how.windowMs), recordedAt, amount)
  return { ...state, windows: new Map(state.windows).set(feature, { ...window, version: seq }) }
}

/** Returns the state with what came back of it: a holding of which nothing is left is none. */
function giveBackToCount(
  state: UserState,
  { seq, recordedAt, data }: Extract<EntryOfUsage, { type: 'consumption_reversed' }>,
): UserState {
  const { counted: how, consumption, takenAt } = data
  const { feature, amount } = chargeOf(data)
  const holding = state.holdings.get(consumption)
  if (how === 'held' && holding !== undefined) {
    const holdings = new Map(state.holdings)
    if (holding.amount > amount) {
      holdings.set(consumption, { ...holding, amount: holding.amount - amount, version: seq })
    } else holdings.delete(consumption)
    return { ...state, holdings }
  }
  const window = state.windows.get(feature)
  if (how === undefined || takenAt === undefined || window === undefined) return state
  const after = withoutTake(window, takenAt, amount, recordedAt)
  return { ...state, windows: new Map(state.windows).set(feature, { ...after, version: seq }) }
}

/** Returns the state without lapsed reservations; what they held when a period ended has been carried over by then. */
export function withoutLapsedHolds(state: UserState, now: Instant): UserState {
  const lapsed = [...state.reservations.values()].filter(({ endsAt }) => endsAt <= now)
  return lapsed.length === 0
    ? state
    : withoutReservations(
        state,
        lapsed.map(({ seq }) => seq),
        now,
      )
}

/** Returns the state without what reservations hold of a source; their holds of other sources stay until they lapse. */
export function withoutHoldsOf(state: UserState, source: SourceKey): UserState {
  const isOfSource = ({ entitlementId }: Take) => {
    const entitlement = state.entitlements.get(entitlementId)
    return entitlement !== undefined && isGivenBy(entitlement, source)
  }
  const remaining = [...state.reservations].flatMap(
    ([seq, reservation]): readonly (readonly [Seq, Reservation])[] => {
      if (!reservation.takes.some(isOfSource)) return [[seq, reservation]]
      const takes = reservation.takes.filter((take) => !isOfSource(take))
      return takes.length === 0 ? [] : [[seq, { ...reservation, takes }]]
    },
  )
  return { ...state, reservations: new Map(remaining) }
}

/**
 * Returns the state with what was spent of an entitlement under its new terms. Within a period that stays, under its key;
 * where the source gives another paid period, it is what was spent of that one before, or nothing by rules 1. `forgiven` is
 * `null` where it does not change.
 */
export function withTerms(
  state: UserState,
  after: Entitlement,
  { forgiven, rules }: { readonly forgiven: number | null; readonly rules: number },
  now: Instant,
): UserState {
  const before = state.entitlements.get(after.id)
  const lot = before === undefined ? null : lotIn(state, before)
  if (lot === null || !isMetered(after.allowance)) return state
  const usage = new Map(state.usage)
  if (isPaidAnew(lot.allowance, after.allowance)) {
    const known = rules === 1 ? null : usageInPeriod(lot, after.allowance.period, now)
    if (known === null || (known.used === 0 && known.forgiven === 0 && known.others.length === 0)) {
      usage.delete(after.id)
    } else {
      usage.set(after.id, { ...known, forgiven: forgiven ?? known.forgiven, version: after.version })
    }
    return { ...state, usage }
  }
  const known = usageAt(lot, now)
  const { reset } = after.allowance
  const isOnce = lot.allowance.reset === null && reset === null
  if (isOnce && lot.usage === null && (forgiven ?? 0) === 0) return state
  const period = periodAt(after.allowance, now)
  usage.set(after.id, { ...known, period, forgiven: forgiven ?? known.forgiven, version: after.version })
  return { ...state, usage }
}

/** Returns the state with what the user before had spent of a lot; of the same period the greater of both counts. */
export function withUsageMovedIn(state: UserState, { id, version }: Entitlement, spent: Usage): UserState {
  const own = state.usage.get(id)
  const used = own?.name === spent.name ? Math.max(own.used, spent.used) : spent.used
  return { ...state, usage: new Map(state.usage).set(id, { ...spent, used, version }) }
}

function withoutReservations(state: UserState, seqs: readonly Seq[], now: Instant): UserState {
  const ending = seqs.flatMap((seq) => state.reservations.get(seq) ?? [])
  const counted = addToLots(
    state,
    ending.flatMap(({ takes }) => takes),
    now,
    0,
  )
  return { ...counted, reservations: withoutSome(state.reservations, seqs) }
}

/**
 * Returns the state with takes added to what was used of their lots (1), taken off it (-1), or with nothing but what is
 * forgiven brought up to date (0). Each counts in its own period; one that the lot remembers no more gains nothing. What was
 * taken just then is of the period of then (`usageOfTake`); what was taken before may be of another.
 */
function addToLots(
  state: UserState,
  takes: readonly Take[],
  now: Instant,
  sign: 1 | -1 | 0,
  usageFor: typeof usageOfTake = (lot, _key, at) => usageAt(lot, at),
): UserState {
  if (takes.length === 0) return state
  const usage = new Map(state.usage)
  for (const { entitlementId, period, amount } of takes) {
    const entitlement = state.entitlements.get(entitlementId)
    const lot = entitlement === undefined ? null : lotIn({ ...state, usage }, entitlement)
    if (lot === null) throw new Error(`No entry gave the lot ${entitlementId} before it was spent`)
    const current = usageFor(lot, period, now)
    const isCurrent = current.name === period
    const after = {
      used: Math.max(0, current.used + (isCurrent ? sign * amount : 0)),
      forgiven: forgivenAt(lot, now),
      others: isCurrent ? current.others : addToOtherPeriod(current.others, period, sign * amount),
    }
    usage.set(entitlementId, { ...current, ...after, version: state.version })
  }
  spentAfter(
    state.usage,
    usage,
    takes.map(({ entitlementId }) => entitlementId),
  )
  return { ...state, usage }
}

/** Returns the state with what of what everybody has entered the ledger with an entry. */
function withEverybodys(
  before: UserState,
  feature: FeatureKey,
  everyone: readonly EverybodysEntry[],
  { recordedAt, seq: version }: Pick<Entry, 'recordedAt' | 'seq'>,
): UserState {
  if (everyone.length === 0) return before
  const entitlements = new Map(before.entitlements)
  const usage = new Map(before.usage)
  for (const { entitlementId: id, product, terms } of everyone) {
    const known = before.entitlements.get(id)
    const lot = known === undefined ? null : lotIn(before, known)
    if (lot !== null && isMetered(terms.allowance)) {
      usage.set(id, { ...usageAt({ ...lot, today: terms.allowance }, recordedAt), version })
    }
    const createdAt = known?.createdAt ?? recordedAt
    entitlements.set(id, everybodysEntitlement({ id, feature, createdAt, version }, product, terms))
  }
  return { ...before, entitlements, usage }
}
