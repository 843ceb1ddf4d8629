/** All in seconds. */
export interface MemoryOptions {
  /** How long a yes is used after it was asked for; 30 when left out. */
  readonly yesSeconds?: number | undefined
  /** How long a no is used after the ledger confirmed it; 5 when left out. */
  readonly noSeconds?: number | undefined
  /** How old a yes gets at most since the ledger confirmed it: the ledger’s `ALLOW_MAX_AGE_SECONDS`, or 600 when left out. */
  readonly maxAgeSeconds?: number | undefined
  /**
   * How old a last known yes may be that is given, with `degraded`, while the ledger does not answer; 0 when left out, and then
   * the check throws. Never a yes of a metered feature, and never one that was not answered before.
   */
  readonly lastKnownSeconds?: number | undefined
}

/** How long what is remembered may be used, in milliseconds. */
export interface MemoryBounds {
  /** A yes, since it was asked for. */
  readonly yesMs: number
  /** A no, since the ledger confirmed it. */
  readonly noMs: number
  /** Anything, since the ledger confirmed it: its own `ALLOW_MAX_AGE_SECONDS`. */
  readonly maxAgeMs: number
  /** A yes while the ledger does not answer, since the ledger confirmed it; 0 never. */
  readonly lastKnownMs: number
}

export function boundsOf({
  yesSeconds = 30,
  noSeconds = 5,
  maxAgeSeconds = 600,
  lastKnownSeconds = 0,
}: MemoryOptions): MemoryBounds {
  return {
    yesMs: yesSeconds * 1000,
    noMs: noSeconds * 1000,
    maxAgeMs: maxAgeSeconds * 1000,
    lastKnownMs: lastKnownSeconds * 1000,
  }
}
