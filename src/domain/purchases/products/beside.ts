import type { Instant } from '../../values/instant.ts'
import type { Place } from './pile.ts'

/** What other sources of the same user say about what a source gives. */
export interface Beside {
  /** Where its items and lines are in the piles of products that stack, by `placeKey`. */
  readonly places: ReadonlyMap<string, Place>
  /** When what the source was changed for began; `null` while it has not. */
  readonly replacedAt: Instant | null
}

/** A source that stands alone. */
export const NOTHING_BESIDE: Beside = { places: new Map(), replacedAt: null }

/** An item of a source as one product that it stands for. */
export function placeKey(product: string, item: string): string {
  return JSON.stringify([product, item])
}
