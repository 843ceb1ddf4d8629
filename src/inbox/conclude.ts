import { and, eq, notInArray, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Instant } from '../domain/values/instant.ts'
import { inbox, inboxWaits } from '../schema/shared-tables.ts'
import { type Conclusion, FINAL_STATES } from './conclusion.ts'
import { conclusionStatements } from './conclusion-statements.ts'
import type { ClaimedEvent } from './inbox-event.ts'
import { isKeyKnown, paymentKeysOf, wakeStatements } from './waits.ts'

/**
 * The state, and its reason, of what only points at a purchase that nobody has told of: a charge for something else, a
 * refund that comes before its sale. No alarm; taken up as soon as a purchase goes by that id.
 */
export const UNMATCHED = 'unmatched'

/**
 * The reason of what was told and gives nothing until its payment is: a bank transfer takes days. Nobody has to look at
 * it.
 */
export const NOT_PAID = 'not_paid'

/**
 * Concludes an attempt: writes down what became of an event, and what it waits for now, unless it was concluded for good
 * or replayed meanwhile. Whether that is still absent is looked up in the same batch: what comes later finds the wait, what
 * came before is seen.
 *
 * Returns whether any event is due as of `at`, the moment in which this one woke others: so nothing is asked of D1 where
 * it woke none.
 */
export async function conclude(
  d1: D1Database,
  event: ClaimedEvent,
  conclusion: Conclusion,
  at: Instant,
): Promise<boolean> {
  if (conclusion.waitsFor.length === 0) {
    const isAnyDue = d1.prepare('SELECT 1 FROM inbox WHERE next_attempt_at = ? LIMIT 1').bind(at)
    const results = await d1.batch([...conclusionStatements(d1, [{ event, conclusion }]), isAnyDue])
    return (results.at(-1)?.results.length ?? 0) > 0
  }
  return concludeWaiting(d1, event, conclusion, at)
}

/** Of an event that waits for something: it has not failed, and so is due only where that has come. */
async function concludeWaiting(
  d1: D1Database,
  event: ClaimedEvent,
  conclusion: Conclusion,
  at: Instant,
): Promise<boolean> {
  const db = drizzle(d1)
  const { state, reason, userId, flags, versions, waitsFor, ifKnownAt } = conclusion
  const isStill = and(
    eq(inbox.id, event.id),
    eq(inbox.replays, event.replays),
    notInArray(inbox.state, [...FINAL_STATES]),
  )
  const isKnown = isKeyKnown(event, waitsFor)
  const update = db
    .update(inbox)
    .set({
      state,
      reason,
      userId,
      flags: JSON.stringify(flags),
      versions: JSON.stringify(versions),
      nextAttemptAt: sql`iif(${isKnown}, ${ifKnownAt}, NULL)`,
      replays: sql`${inbox.replays} + ${isKnown}`,
    })
    .where(isStill)
  const results = await db.batch([
    db
      .delete(inboxWaits)
      .where(and(eq(inboxWaits.inboxId, event.id), sql`EXISTS (SELECT 1 FROM inbox WHERE ${isStill})`)),
    db.insert(inboxWaits).select(sql`
      SELECT ${event.provider}, ${event.account}, wanted.value, ${event.id}
      FROM json_each(${JSON.stringify(waitsFor)}) wanted
      WHERE EXISTS (SELECT 1 FROM inbox WHERE ${isStill}) AND NOT ${isKnown}
      ON CONFLICT DO NOTHING`),
    update,
    // What waits for its payment to be told hears of it by the wait of who tells it.
    ...wakeStatements(d1, event, paymentKeysOf(waitsFor), at),
    db.select({ id: inbox.id }).from(inbox).where(eq(inbox.nextAttemptAt, at)).limit(1),
  ])
  return results[5].length > 0
}
