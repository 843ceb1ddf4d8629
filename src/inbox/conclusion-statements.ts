import { type Conclusion, FINAL_STATES } from './conclusion.ts'
import type { ClaimedEvent } from './inbox-event.ts'

/** An attempt at an event, and what became of it. */
interface ConcludedAttempt {
  readonly event: Pick<ClaimedEvent, 'id' | 'replays' | 'attempts'> & Partial<Pick<ClaimedEvent, 'reason'>>
  readonly conclusion: Conclusion
}

/** Unless it was concluded for good or replayed meanwhile. */
const IS_STILL = `inbox.id = one.value ->> '$.id' AND inbox.replays = one.value ->> '$.replays'
    AND inbox.state NOT IN (${FINAL_STATES.map((state) => `'${state}'`).join(', ')})`

const FORGET_WAITS = `
  DELETE FROM inbox_waits WHERE inbox_id IN (SELECT inbox.id FROM json_each(?1) AS one CROSS JOIN inbox ON ${IS_STILL})`

const CONCLUDE = `
  UPDATE inbox SET state = one.value ->> '$.state', reason = one.value ->> '$.reason', flags = one.value ->> '$.flags',
    user_id = one.value ->> '$.userId', versions = one.value ->> '$.versions',
    next_attempt_at = one.value ->> '$.nextAttemptAt', replays = inbox.replays + (one.value ->> '$.isReplayed'),
    attempts = coalesce(one.value ->> '$.attempts', inbox.attempts)
  FROM json_each(?1) AS one
  WHERE ${IS_STILL}`

/**
 * Writes down what became of events that wait for nothing any more: of each unless it was concluded for good or replayed
 * meanwhile. Alone, or in the batch without which it is not so.
 */
export function conclusionStatements(
  d1: D1Database,
  attempts: readonly ConcludedAttempt[],
): readonly D1PreparedStatement[] {
  const rows = attempts.map(attemptToRow)
  const isAnyOld = attempts.some(({ event: { reason = null } }) => reason !== null)
  return (isAnyOld ? [FORGET_WAITS, CONCLUDE] : [CONCLUDE]).map((sql) =>
    d1.prepare(sql).bind(JSON.stringify(rows)),
  )
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
