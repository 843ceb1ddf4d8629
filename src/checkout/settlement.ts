import type { Instant } from '../domain/instant.ts'
import type { ClaimedEvent, InboxState } from '../ledger/across-users/inbox.ts'
import { type Settlement, UNMATCHED } from '../ledger/across-users/settle-event.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** How long an event rests after an attempt that failed; the last for all that follow. */
const RESTS_MS = [1, 5, 30, 120, 360, 1440].map((minutes) => minutes * MINUTE_MS)

/** After so many it is dead: visible, and only replayed by hand. */
export const ATTEMPTS_MAX = 8

/** What came of one attempt. */
export interface Outcome {
  readonly isSaid: boolean
  /** Whether anything was said of a source, rather than only of who a customer is. */
  readonly isAboutSources: boolean
  /** Why somebody should look, or what is missing; the first is shown. */
  readonly quarantined: readonly string[]
  /** Whether all that it waits for is the purchase that it points at, and that may be none of ours. */
  readonly isUnmatched: boolean
  /** Why it is tried again by itself. */
  readonly failed: string | null
  readonly userId: string | null
  readonly versions: readonly number[]
  readonly flags: readonly string[]
  readonly waitsFor: readonly string[]
}

/** What is written of an event after an attempt. */
export function settlementOf(event: ClaimedEvent, outcome: Outcome, now: Instant): Settlement {
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
  const [reason = outcome.isUnmatched ? UNMATCHED : null] = quarantined
  return {
    ...facts,
    // Of what is none of ours nobody has to look at anything.
    flags: reason === UNMATCHED ? [] : facts.flags,
    state: stateOf(reason, outcome, versions),
    reason,
    nextAttemptAt: null,
    waitsFor: reason === null ? [] : outcome.waitsFor,
    // The first time what came meanwhile is taken at once.
    ifKnownAt: attempts === 1 ? now : restedAt,
    isReplayed: false,
  }
}

function stateOf(
  reason: string | null,
  { isSaid, isAboutSources }: Outcome,
  versions: readonly number[],
): InboxState {
  if (reason !== null) return reason === UNMATCHED ? UNMATCHED : 'quarantined'
  if (!isSaid) return 'ignored'
  return isAboutSources && versions.length === 0 ? 'superseded' : 'applied'
}
