import type { Instant } from '../../domain/values/instant.ts'
import type { ClaimedEvent, InboxState } from '../../inbox/inbox-event.ts'
import { type NOT_PAID, type Conclusion, UNMATCHED } from '../../inbox/conclude.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How long an event rests after an attempt that failed; the last for all that follow. */
const RESTS_MS = [1, 5, 30, 120, 360, 1440].map((minutes) => minutes * MINUTE_MS)

/** After so many it is dead: visible, and only replayed by hand. */
export const ATTEMPTS_MAX = 8

/** What came of one attempt. */
export interface AttemptOutcome {
  readonly isSaid: boolean
  /** Whether anything was said of a source, rather than only of who a customer is. */
  readonly isAboutSources: boolean
  /** Why somebody should look, or what is missing; the first is shown. */
  readonly quarantined: readonly string[]
  /** Why it rests where nobody has to look: for the purchase that it points at, or for its payment. */
  readonly rests: typeof UNMATCHED | typeof NOT_PAID | null
  /** Why it is tried again by itself. */
  readonly failed: string | null
  readonly userId: string | null
  /** Under which account what it says is known, where that is another than the event’s. */
  readonly account: string | null
  readonly versions: readonly number[]
  readonly flags: readonly string[]
  readonly waitsFor: readonly string[]
}

/** Of an attempt that came to nothing. */
export const NOTHING_YET: AttemptOutcome = {
  isSaid: false,
  isAboutSources: false,
  quarantined: [],
  rests: null,
  failed: null,
  userId: null,
  account: null,
  versions: [],
  flags: [],
  waitsFor: [],
}

/** What is written of an event after an attempt. */
export function conclusionOf(event: ClaimedEvent, outcome: AttemptOutcome, now: Instant): Conclusion {
  const { userId, flags, quarantined, failed } = outcome
  const before = JSON.parse(event.versions) as readonly number[]
  const versions = [...new Set([...before, ...outcome.versions])].toSorted((a, b) => a - b)
  const { attempts } = event
  const restedAt = now + (RESTS_MS[attempts - 1] ?? 24 * HOUR_MS)
  const facts = { userId: userId ?? event.userId, flags: [...new Set(flags)], versions, ifKnownAt: restedAt }

  if (failed !== null) {
    const isDead = attempts >= ATTEMPTS_MAX
    return {
      ...facts,
      state: isDead ? 'dead' : 'failed',
      reason: failed,
      nextAttemptAt: isDead ? null : restedAt,
      waitsFor: [],
      // What was told under the old key would be told in vain.
      isReplayed: failed === 'idempotency_key_reused',
    }
  }
  const [reason = outcome.rests] = quarantined
  const state = stateOf(outcome, versions)
  return {
    ...facts,
    state,
    flags: state === UNMATCHED ? [] : facts.flags,
    reason,
    nextAttemptAt: null,
    waitsFor: reason === null ? [] : outcome.waitsFor,
    // The first time what came meanwhile is taken at once.
    ifKnownAt: attempts === 1 ? now : restedAt,
    isReplayed: false,
  }
}

function stateOf(
  { isSaid, isAboutSources, quarantined, rests }: AttemptOutcome,
  versions: readonly number[],
): InboxState {
  if (quarantined.length > 0) return 'quarantined'
  // Whatever it rests for, nobody has to look at it.
  if (rests !== null) return UNMATCHED
  if (!isSaid) return 'ignored'
  return isAboutSources && versions.length === 0 ? 'superseded' : 'applied'
}
