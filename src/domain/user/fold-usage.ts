import type { Seq } from '../values/ids.ts'
import type { Entitlement } from '../entitlements/entitlement.ts'
import type { Entry } from './entry.ts'
import { isMetered } from '../entitlements/feature.ts'
import type { Instant } from '../values/instant.ts'
import { type Reservation, type UserState } from './user-state.ts'
import { type Usage, forgivenAt, isPaidAnew, periodAt, usageAt } from '../usage/lot.ts'
import { usageInPeriod, addToOtherPeriod } from '../usage/paid-usage.ts'
import type { Take } from '../usage/take.ts'
import type { UsageChange } from '../usage/usage-change.ts'
import { lotIn } from './user-lots.ts'
import { sourceKeyText } from '../purchases/register/source-key.ts'

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

/** What was spent and held after an entry that says what was. */
export function foldUsage(state: UserState, entry: EntryOfUsage): UserState {
  const { seq, recordedAt } = entry
  switch (entry.type) {
    case 'usage_consumed':
      return addToLots(state, entry.data.takes, recordedAt, 1)
    case 'consumption_reversed':
      return addToLots(state, entry.data.returns, recordedAt, -1)
    case 'usage_reserved': {
      const begun = addToLots(state, entry.data.takes, recordedAt, 0)
      return { ...begun, reservations: new Map(state.reservations).set(seq, { ...entry.data, seq }) }
    }
    case 'reservation_committed': {
      const { reservation, takes } = entry.data
      // What was held may have been forgiven, and so it is spent before it is free.
      return withoutReservations(addToLots(state, takes, recordedAt, 1), [reservation], recordedAt)
    }
    case 'reservation_released':
      return withoutReservations(state, [entry.data.reservation], recordedAt)
  }
}

/** Forgets reservations whose time has passed. What they held when a period ended is reckoned before. */
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

/** What is held of a source goes along with it; what the same reservations hold of others is held until they lapse. */
export function withoutHoldsOf(state: UserState, source: string): UserState {
  const isOfSource = ({ entitlementId }: Take) => {
    const entitlement = state.entitlements.get(entitlementId)
    return entitlement !== undefined && sourceKeyText(entitlement.source) === source
  }
  const left = [...state.reservations].flatMap(
    ([seq, reservation]): readonly (readonly [Seq, Reservation])[] => {
      if (!reservation.takes.some(isOfSource)) return [[seq, reservation]]
      const takes = reservation.takes.filter((take) => !isOfSource(take))
      return takes.length === 0 ? [] : [[seq, { ...reservation, takes }]]
    },
  )
  return { ...state, reservations: new Map(left) }
}

/**
 * What was spent once the terms of an entitlement are others: that of this period, under the name that it had; of another
 * period that was paid for, what was spent in it before. By rules 1 each period began with nothing spent. `forgiven` is
 * `null` when it stays.
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

/** What was spent of a lot at the user whom it came from is spent here too. */
export function withUsageMovedIn(state: UserState, { id, version }: Entitlement, spent: Usage): UserState {
  const known = state.usage.get(id)
  const used = known?.name === spent.name ? Math.max(known.used, spent.used) : spent.used
  return { ...state, usage: new Map(state.usage).set(id, { ...spent, used, version }) }
}

function withoutReservations(state: UserState, seqs: readonly Seq[], now: Instant): UserState {
  const gone = seqs.flatMap((seq) => state.reservations.get(seq) ?? [])
  const reckoned = addToLots(
    state,
    gone.flatMap(({ takes }) => takes),
    now,
    0,
  )
  const reservations = new Map<Seq, Reservation>(state.reservations)
  for (const seq of seqs) reservations.delete(seq)
  return { ...reckoned, reservations }
}

/** Adds what was taken, or gone back, to the lots; to a period that is over nothing is added any more. */
function addToLots(state: UserState, takes: readonly Take[], now: Instant, sign: 1 | -1 | 0): UserState {
  if (takes.length === 0) return state
  const usage = new Map(state.usage)
  for (const { entitlementId, period, amount } of takes) {
    const entitlement = state.entitlements.get(entitlementId)
    const lot = entitlement === undefined ? null : lotIn({ ...state, usage }, entitlement)
    if (lot === null) throw new Error(`No entry gave the lot ${entitlementId} before it was spent`)
    const current = usageAt(lot, now)
    const isCurrent = current.name === period
    const after = {
      used: Math.max(0, current.used + (isCurrent ? sign * amount : 0)),
      forgiven: forgivenAt(lot, now),
      others: isCurrent ? current.others : addToOtherPeriod(current.others, period, sign * amount),
    }
    usage.set(entitlementId, { ...current, ...after, version: state.version })
  }
  return { ...state, usage }
}
