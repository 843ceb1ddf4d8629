import type { Entry } from './entry.ts'

/** An entry that recorded a consumption or a reservation. */
export type UsageEntry = Extract<
  Entry,
  { type: 'usage_consumed' | 'usage_reserved' | 'reservation_committed' }
>

/** What became of a consumption or a reservation later. */
export interface Resolution {
  /** The `seq` of the last entry that resolved or reversed something of it. */
  readonly version: number
  readonly how: 'reversed' | 'committed' | 'released'
  /** How much was reversed so far, or spent of what was reserved. */
  readonly amount: number
}

/** A consumption or reservation of before, and what became of it. */
export interface Past {
  readonly entry: UsageEntry
  readonly resolution: Resolution | null
}

/** The past of a user by `seq`, as far as it was looked up. */
export type PastBySeq = ReadonlyMap<number, Past>

/** What an entry makes of an earlier one, `null` when it makes nothing. */
export function resolutionBy(
  entry: Entry,
  before: (seq: number) => Resolution | null,
): { readonly seq: number; readonly resolution: Resolution } | null {
  if (entry.type === 'consumption_reversed') {
    const { consumption, amount } = entry.data
    const reversed = (before(consumption)?.amount ?? 0) + amount
    return { seq: consumption, resolution: { version: entry.seq, how: 'reversed', amount: reversed } }
  }
  if (entry.type === 'reservation_committed') {
    const { reservation, amount } = entry.data
    return { seq: reservation, resolution: { version: entry.seq, how: 'committed', amount } }
  }
  if (entry.type === 'reservation_released') {
    return { seq: entry.data.reservation, resolution: { version: entry.seq, how: 'released', amount: 0 } }
  }
  return null
}

export function isUsageEntry(entry: Entry): entry is UsageEntry {
  return ['usage_consumed', 'usage_reserved', 'reservation_committed'].includes(entry.type)
}
