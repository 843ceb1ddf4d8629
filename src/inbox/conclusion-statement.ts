import { type Conclusion, FINAL_STATES } from './conclusion.ts'
import type { ClaimedEvent } from './inbox-event.ts'

/** An attempt at an event, and what became of it. */
interface ConcludedAttempt {
  readonly event: Pick<ClaimedEvent, 'id' | 'replays' | 'attempts'>
  readonly conclusion: Conclusion
}

const CONCLUDE = `
  UPDATE inbox SET state = one.value ->> '$.state', reason = one.value ->> '$.reason', flags = one.value ->> '$.flags',
    user_id = one.value ->> '$.userId', versions = one.value ->> '$.versions',
    next_attempt_at = one.value ->> '$.nextAttemptAt', replays = inbox.replays + (one.value ->> '$.isReplayed'),
    attempts = coalesce(one.value ->> '$.attempts', inbox.attempts)
  FROM json_each(?1) AS one
  WHERE inbox.id = one.value ->> '$.id' AND inbox.replays = one.value ->> '$.replays'
    AND inbox.state NOT IN (${FINAL_STATES.map((state) => `'${state}'`).join(', ')})`

/**
 * Writes down what became of events that wait for nothing, and did not before: of each unless it was concluded for good or
 * replayed meanwhile. Alone, or in the batch without which it is not so.
 */
export function conclusionStatement(
  d1: D1Database,
  attempts: readonly ConcludedAttempt[],
): D1PreparedStatement {
  return d1.prepare(CONCLUDE).bind(JSON.stringify(attempts.map(attemptToRow)))
}

function attemptToRow({ event: { id, replays, attempts }, conclusion }: ConcludedAttempt) {
  const { state, reason, flags, userId, versions, nextAttemptAt, isReplayed, isCounted } = conclusion
  return {
    id,
    replays,
    state,
    reason,
    flags: JSON.stringify(flags),
    userId,
    versions: JSON.stringify(versions),
    nextAttemptAt,
    isReplayed,
    attempts: isCounted ? null : attempts - 1,
  }
}
