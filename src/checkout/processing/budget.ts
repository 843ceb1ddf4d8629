import type { Instant } from '../../domain/values/instant.ts'

/** What work in one invocation may do: rows, and milliseconds. */
export interface Bounds {
  readonly rowsMax: number
  readonly msMax: number
}

/**
 * A row is an event, a source that moves or one that follows the catalog; the moves that an event begins count as well. It
 * takes some ten questions to D1, of which one invocation may ask a thousand
 * (https://developers.cloudflare.com/d1/platform/limits/): a keeper counts them besides. After its answer a Worker goes on for
 * at most thirty seconds (https://developers.cloudflare.com/workers/platform/limits/#duration).
 */
export const BOUNDS = {
  /** The moves that one event or request brings about. */
  moves: { rowsMax: 10, msMax: 5000 },
  /** What an event has woken. */
  drain: { rowsMax: 50, msMax: 15_000 },
  /** What follows from what an operator put: rows for each of its two jobs, and milliseconds for both. */
  followUp: { rowsMax: 30, msMax: 20_000 },
  /** A round of a keeper: rows for each of its three jobs that have some, and milliseconds for all of them. */
  round: { rowsMax: 200, msMax: 10_000 },
} as const satisfies Record<string, Bounds>

/** How much a job may do at once. */
export interface Budget {
  /** Asks for one more row: once it is refused, the rest waits for the next time. */
  readonly spend: () => boolean
  readonly rowsLeft: () => number
}

/** A budget for what begins now. */
export function budgetFromNow({ msMax, ...bounds }: Bounds, now: () => Instant): Budget {
  return createBudget({ ...bounds, until: now() + msMax }, now)
}

export function createBudget(
  { rowsMax, until }: Omit<Bounds, 'msMax'> & { readonly until: Instant },
  now: () => Instant,
  hasRoom: () => boolean = () => true,
): Budget {
  let left = rowsMax
  return {
    spend() {
      if (left === 0 || now() >= until || !hasRoom()) return false
      left -= 1
      return true
    },
    rowsLeft: () => left,
  }
}
