import type { Moment } from '../clock.ts'
import type { LedgerError } from '../ledger-error.ts'
import { ageAt, isFresh, isLasting } from '../may-answer.ts'
import type { MemoryBounds } from '../memory-bounds.ts'
import type { RememberedList } from '../remembered-list.ts'
import type { CheckAnswer } from '../wire.ts'

/** What a check says of the feature itself. */
type Told = Pick<
  CheckAnswer,
  'allowed' | 'reason' | 'value' | 'balance' | 'maxAmount' | 'nextChangeAt' | 'degraded'
>

type NothingTold = { readonly [Member in keyof Told]?: undefined }

interface Known extends Told {
  readonly status: 'known'
  readonly error?: undefined
}

/** What a page knows of one feature. What is not known is neither on nor off. */
export type ShownAccess =
  /** With `degraded` the ledger did not answer, and this is an older yes, within its bound. */
  | Known
  /** It is asked for, and was not answered yet. */
  | (NothingTold & { readonly status: 'pending'; readonly error?: undefined })
  /** It was asked for, and not answered: `error` says why. It is asked for again. */
  | (NothingTold & { readonly status: 'unknown'; readonly error: LedgerError })

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
  list: RememberedList | undefined,
  feature: string,
  bounds: MemoryBounds,
  error: LedgerError | undefined,
): { readonly access: ShownAccess; readonly isOver: boolean } {
  if (list) {
    const { check, changesAtMs } = list.of(feature)
    const ageMs = ageAt(list, now)
    const mayShow = ageMs < Math.min(bounds.maxAgeMs, changesAtMs + DOUBT_MS)
    const isOver = !(mayShow && isFresh(list, check, ageMs, bounds))
    if (mayShow && (!isOver || !error || isLasting(check))) {
      return { access: knownAccess(check, isOver && error ? true : undefined), isOver }
    }
  }
  return { access: error ? { status: 'unknown', error } : PENDING, isOver: true }
}

/** What was answered, whatever time it is. */
export function knownAccess(check: CheckAnswer, isDegraded?: true): ShownAccess {
  const { allowed, reason, value, balance, maxAmount, nextChangeAt, degraded = isDegraded } = check
  return { status: 'known', allowed, reason, value, balance, maxAmount, nextChangeAt, degraded }
}
