import type { Instant } from '../../values/instant.ts'
import type { Place } from './pile.ts'

/** What the other sources of a user change about what one source gives. */
export interface Beside {
  /** When its items and lines of products that stack have their turn, by `placeKey`. */
  readonly places: ReadonlyMap<string, Place>
  /** When the purchase began that replaces the source, which ends there; `null` where there is none. */
  readonly replacedAt: Instant | null
}

/** For a source that no other one changes anything about. */
export const NOTHING_BESIDE: Beside = { places: new Map(), replacedAt: null }

/** Returns the key of an item of a source as one of its products. */
export function placeKey(product: string, item: string): string {
  return JSON.stringify([product, item])
}
