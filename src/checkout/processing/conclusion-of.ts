import type { Instant } from '../../domain/values/instant.ts'
import { UNMATCHED } from '../../inbox/conclude.ts'
import type { Conclusion } from '../../inbox/conclusion.ts'
import type { ClaimedEvent, InboxState } from '../../inbox/inbox-event.ts'
import type { AttemptOutcome } from './attempt-outcome.ts'
import { LEDGER_FULL } from './submit-source.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How long an event rests after an attempt that failed; the last for all that follow. */
const RESTS_MS = [1, 5, 30, 120, 360, 1440].map((minutes) => minutes * MINUTE_MS)

/**
 * How long an event rests for which the database has no room. Such an attempt does not count, so that no purchase is ever
 * given up for it.
 */
const FULL_REST_MS = 10 * MINUTE_MS

/** After so many it is dead: visible, and only replayed by hand. */
export const ATTEMPTS_MAX = 8

/** What is written of an event after an attempt. */
export function conclusionOf(
  event: Pick<ClaimedEvent, 'attempts' | 'versions' | 'userId'>,
  outcome: AttemptOutcome,
  now: Instant,
): Conclusion {
  const { userId, flags, quarantined, failed } = outcome
  const before = JSON.parse(event.versions) as readonly number[]
  const versions = [...new Set([...before, ...outcome.versions])].toSorted((a, b) => a - b)
  const { attempts } = event
  const restedAt = now + (RESTS_MS[attempts - 1] ?? 24 * HOUR_MS)
  const facts = { userId: userId ?? event.userId, flags: [...new Set(flags)], versions, ifKnownAt: restedAt }

  if (failed === LEDGER_FULL) {
    const nextAttemptAt = now + FULL_REST_MS
    return {
      ...facts,
      state: 'failed',
      reason: failed,
      nextAttemptAt,
      waitsFor: [],
      isReplayed: false,
      isCounted: false,
    }
  }
  if (failed !== null) {
    const isDead = attempts >= ATTEMPTS_MAX
    return {
      ...facts,
      state: isDead ? 'dead' : 'failed',
      reason: failed,
      nextAttemptAt: isDead ? null : restedAt,
      waitsFor: [],
      // Under the old key a ledger would only repeat its answer: a replay has a new one.
      isReplayed: failed === 'idempotency_key_reused',
      isCounted: true,
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
    isCounted: true,
  }
}

function stateOf(
  { isSaid, isAboutSources, quarantined, rests }: AttemptOutcome,
  versions: readonly number[],
): InboxState {
  if (quarantined.length > 0) return 'quarantined'
  if (rests !== null) return UNMATCHED
  if (!isSaid) return 'ignored'
  return isAboutSources && versions.length === 0 ? 'superseded' : 'applied'
}
