import { type Moment, msSince } from '../clock.ts'
import type { RememberedList } from '../remembered-list.ts'
import type { CheckAnswer } from '../wire.ts'

interface NothingKnown {
  readonly allowed?: undefined
  readonly reason?: undefined
  readonly value?: undefined
  readonly balance?: undefined
  readonly nextChangeAt?: undefined
  readonly degraded?: undefined
}

interface Known extends Pick<CheckAnswer, 'allowed' | 'reason' | 'nextChangeAt'> {
  readonly status: 'known'
  readonly value: CheckAnswer['value'] | undefined
  readonly balance: CheckAnswer['balance'] | undefined
  /** The ledger did not answer, and this is an older yes, within its bound. */
  readonly degraded: true | undefined
  readonly error?: undefined
}

/** What a page knows of one feature. What is not known is neither on nor off. */
export type ShownAccess =
  | Known
  /** It is asked for, and was not answered yet. */
  | (NothingKnown & { readonly status: 'pending'; readonly error?: undefined })
  /** It was asked for, and not answered: `error` says why. It is asked for again. */
  | (NothingKnown & { readonly status: 'unknown'; readonly error: unknown })

/** In seconds. */
export interface PageBounds {
  /** After how long a yes is asked for again, since it was asked for; 30 when left out. */
  readonly yesSeconds?: number
  /** The same of a no, since the ledger confirmed it; 5 when left out. */
  readonly noSeconds?: number
  /** How old an answer is at most that is shown: the ledger’s `ALLOW_MAX_AGE_SECONDS`, or 600 when left out. */
  readonly maxAgeSeconds?: number
}

export const PENDING: ShownAccess = { status: 'pending' }

/**
 * How much younger than reckoned an answer may be: by the rest of a second, and by its way. At `nextChangeAt` one is over when that
 * has come for certain, so that the next one knows of it.
 */
const DOUBT_MS = 1500

/**
 * What a page shows of a feature at a moment, and whether that is to be asked for again. While it is, the old answer is
 * shown for as long as it is within its bound; where the last question failed, for `error`, that is so of a yes alone.
 */
export function accessAt(
  now: Moment,
  list: RememberedList | null,
  feature: string,
  { yesSeconds = 30, noSeconds = 5, maxAgeSeconds = 600 }: PageBounds,
  error: unknown,
): { readonly access: ShownAccess; readonly isOver: boolean } {
  if (list !== null) {
    const { check, changesAtMs } = list.of(feature)
    const sinceSentMs = msSince(list.sentAt, now)
    const ageMs = list.ageWhenSentMs + sinceSentMs
    const mayShow = ageMs < Math.min(maxAgeSeconds * 1000, changesAtMs + DOUBT_MS)
    const isFresh = check.allowed ? sinceSentMs < yesSeconds * 1000 : ageMs < noSeconds * 1000
    const isOver = !(mayShow && isFresh)
    // Of what is used up nobody knows how much is left.
    const isLasting = check.allowed && check.balance === undefined
    if (mayShow && (isFresh || error === null || isLasting)) {
      return { access: knownAccess(check, isOver && error !== null), isOver }
    }
  }
  return { access: error === null ? PENDING : { status: 'unknown', error }, isOver: true }
}

/** What was answered, whatever time it is. */
export function knownAccess(check: CheckAnswer, isDegraded?: boolean): ShownAccess {
  const { allowed, reason, value, balance, nextChangeAt, degraded } = check
  return {
    status: 'known',
    allowed,
    reason,
    value,
    balance,
    nextChangeAt,
    degraded: degraded ?? (isDegraded || undefined),
  }
}
