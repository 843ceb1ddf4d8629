import type { ReservedData, UsageChange } from '../usage/usage-change.ts'
import type { Seq } from '../values/ids.ts'
import type { Instant } from '../values/instant.ts'
import type { Entry } from './entry.ts'
import { type EntryOfUsage, isOfUsage } from './fold-usage.ts'
import type { UserState } from './user-state.ts'

/** Which changes a later command may name by their `seq`: to reverse, commit or release what they recorded. */
const CAN_BE_NAMED = {
  usage_consumed: true,
  usage_reserved: true,
  reservation_committed: true,
  consumption_reversed: false,
  reservation_released: false,
} as const satisfies Record<UsageChange['type'], boolean>

type NameableType = {
  [Type in UsageChange['type']]: (typeof CAN_BE_NAMED)[Type] extends true ? Type : never
}[UsageChange['type']]

/** An entry that recorded a consumption or a reservation. */
type UsageEntry = Extract<EntryOfUsage, { type: NameableType }>

/** What a consumption or a reservation has become. `migrations/0007_metered.sql` lists the values of `how` too. */
export interface Resolution {
  /** The `seq` of the last entry that resolved or reversed something of it. */
  readonly version: Seq
  readonly how: 'reversed' | 'committed' | 'released'
  /** How much was reversed so far, or spent of what was reserved. */
  readonly amount: number
  /** When a lease had lapsed that nobody let go of; else `null`. */
  readonly lapsedAt: Instant | null
}

/** An earlier consumption or reservation, and what it has become; `null` while nothing has resolved it. */
export interface Past {
  readonly entry: UsageEntry
  readonly resolution: Resolution | null
}

/** The past of a user by `seq`, as far as it was looked up. */
export type PastBySeq = ReadonlyMap<Seq, Past>

/** How a reservation came to its end that holds nothing any more. */
export type ReservationEnd =
  | { readonly type: 'committed' | 'released'; readonly by: Seq }
  | { readonly type: 'expired'; readonly endsAt: Instant }
  /** What it held is another user's by now. */
  | { readonly type: 'moved' }

/**
 * Returns the end of such a reservation. One that nothing resolved moved with its source if it has time left, and else has
 * lapsed; that a lease has lapsed resolves it.
 */
export function reservationEnd(
  { endsAt, hasHolder }: Pick<ReservedData, 'endsAt' | 'hasHolder'>,
  resolution: Resolution | null,
  now: Instant,
): ReservationEnd {
  if (resolution === null) {
    return now < endsAt || hasHolder === true ? { type: 'moved' } : { type: 'expired', endsAt }
  }
  const { how, version: by, lapsedAt } = resolution
  if (lapsedAt !== null) return { type: 'expired', endsAt: lapsedAt }
  return { type: how === 'committed' ? 'committed' : 'released', by }
}

/** An earlier entry, by its `seq`, and what has become of it. */
interface Resolved {
  readonly seq: Seq
  readonly resolution: Resolution
}

/** Returns what an entry makes of the earlier ones that it names by their `seq`. */
export function resolutionsBy(entry: Entry, before: (seq: Seq) => Resolution | null): readonly Resolved[] {
  const resolved = { version: entry.seq, lapsedAt: null }
  if (entry.type === 'leases_lapsed') {
    return entry.data.leases.map(({ reservation, lapsedAt }) => ({
      seq: reservation,
      resolution: { ...resolved, how: 'released', amount: 0, lapsedAt },
    }))
  }
  if (!isOfUsage(entry)) return []
  switch (entry.type) {
    case 'consumption_reversed': {
      const { consumption, amount } = entry.data
      const reversed = (before(consumption)?.amount ?? 0) + amount
      return [{ seq: consumption, resolution: { ...resolved, how: 'reversed', amount: reversed } }]
    }
    case 'reservation_committed': {
      const { reservation, amount } = entry.data
      return [{ seq: reservation, resolution: { ...resolved, how: 'committed', amount } }]
    }
    case 'reservation_released':
      return [{ seq: entry.data.reservation, resolution: { ...resolved, how: 'released', amount: 0 } }]
    case 'usage_consumed':
    case 'usage_reserved':
      return []
  }
}

/** Returns what has become of an entry so far: of what is still held the state knows it, of all else what was looked up. */
export function resolutionIn(
  { holdings }: Pick<UserState, 'holdings'>,
  past: PastBySeq,
  seq: Seq,
): Resolution | null {
  const holding = holdings.get(seq)
  if (holding === undefined) return past.get(seq)?.resolution ?? null
  const { version, taken, amount } = holding
  return taken === amount ? null : { version, how: 'reversed', amount: taken - amount, lapsedAt: null }
}

/** Whether a later command may name an entry by its `seq`. */
export function isUsageEntry(entry: Entry): entry is UsageEntry {
  return isOfUsage(entry) && CAN_BE_NAMED[entry.type]
}
