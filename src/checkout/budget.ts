import type { Instant } from '../domain/instant.ts'

/** How much a job may do at once. */
export interface Budget {
  /** Asks for one more row: once it is refused, the rest waits for the next time. */
  readonly spend: () => boolean
  readonly rowsLeft: () => number
}

export function createBudget(
  { rowsMax, until }: { rowsMax: number; until: Instant },
  now: () => Instant,
): Budget {
  let left = rowsMax
  return {
    spend() {
      if (left === 0 || now() >= until) return false
      left -= 1
      return true
    },
    rowsLeft: () => left,
  }
}
