import { boundary } from '../../entitlements/reset.ts'
import type { Instant } from '../../values/instant.ts'
import type { Duration } from './product.ts'

/** One purchase of a product that stacks: what is bought of it again begins when what is there ends. */
export interface Purchase {
  readonly id: string
  readonly boughtAt: Instant
  /** How many durations it lasts. */
  readonly quantity: number
}

/** When a purchase has its turn: `[startsAt, endsAt)`. */
export interface Place {
  readonly startsAt: Instant
  readonly endsAt: Instant
}

/** The last moment that is written with a year of four digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Returns when each purchase of one product has its turn, by its id. Purchases follow one another by `boughtAt`, then by id;
 * one begins when the one before it ends. All ends are counted from the start of the pile, so that two months from 31 January
 * end on 31 March. A purchase after the pile has ended starts another one.
 */
export function placesInPile(purchases: readonly Purchase[], duration: Duration): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>()
  let [start, count, end] = [0, 0, -Infinity]
  for (const { id, boughtAt, quantity } of purchases.toSorted(inOrder)) {
    if (boughtAt > end) [start, count, end] = [boughtAt, 0, boughtAt]
    const startsAt = end
    count += quantity
    end = endOfDuration(start, duration, count)
    places.set(id, { startsAt, endsAt: end })
  }
  return places
}

/** Returns the end, exclusive, of so many durations from a moment; at most the last moment of the year 9999. */
export function endOfDuration(startsAt: Instant, { every, count }: Duration, times: number): Instant {
  const end = boundary({ every, anchor: startsAt }, count * times)
  // Beyond the range of `Date` the end is NaN, which is not `<=`.
  return end <= LAST_MOMENT ? end : LAST_MOMENT
}

function inOrder(a: Purchase, b: Purchase): number {
  return a.boughtAt - b.boughtAt || (a.id < b.id ? -1 : 1)
}
