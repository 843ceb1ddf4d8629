import type { Instant } from '../../values/instant.ts'
import { boundary } from '../../entitlements/reset.ts'
import type { Duration } from './product.ts'

/** What was bought once of a product that stacks. */
export interface Purchase {
  readonly id: string
  readonly boughtAt: Instant
  /** How many durations it is worth. */
  readonly quantity: number
}

/** `[startsAt, endsAt)`. */
export interface Place {
  readonly startsAt: Instant
  readonly endsAt: Instant
}

/** The last moment that is written with a year of four digits. */
const LAST_MOMENT = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

/**
 * Where each purchase is in its user's pile of a product, by its id. One begins when the one before it ends, by time of
 * purchase and then by id, and all are counted from the start of the pile: two months from 31 January end on 31 March.
 * What was bought once the pile had ended is the first of another one.
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

/** When so many durations from a moment are over, exclusive. */
export function endOfDuration(startsAt: Instant, { every, count }: Duration, times: number): Instant {
  const end = boundary({ every, anchor: startsAt }, count * times)
  // What lies beyond all dates is no number.
  return end <= LAST_MOMENT ? end : LAST_MOMENT
}

function inOrder(a: Purchase, b: Purchase): number {
  return a.boughtAt - b.boughtAt || (a.id < b.id ? -1 : 1)
}
