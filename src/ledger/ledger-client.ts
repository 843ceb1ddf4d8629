import type { Snapshot } from '../domain/user/snapshot.ts'
import type { FeatureKey, UserId } from '../domain/values/ids.ts'
import type { Instant } from '../domain/values/instant.ts'
import { errorText, log } from '../platform/log.ts'
import type { Submission, SubmissionReply } from './submission.ts'

/** What a reader found before asking the object: when the copy was confirmed, that there is none, or nothing. */
export type CopyState = Instant | 'none' | 'not_looked_for'

/** What a user's object does for callers in other isolates. */
export interface UserLedgerStub {
  submit(submission: Submission): Promise<SubmissionReply>
  /** Of all features, or no less than some. An object of the version before knows no `features`, and tells of all. */
  snapshot(copy: CopyState, features?: readonly FeatureKey[]): Promise<Snapshot>
}

/** Finds a user's object. */
export type UserLedgers = (userId: UserId) => UserLedgerStub

/** What the runtime says of a failed call (https://developers.cloudflare.com/durable-objects/best-practices/error-handling/). */
interface CallFailure {
  readonly retryable?: boolean
  readonly overloaded?: boolean
}

/**
 * Sends a command to the user's object. A call that broke may have been carried out: that is `outcome_unknown`,
 * and only what can be recognised a second time is sent again.
 */
export async function submit(
  ledgers: UserLedgers,
  userId: UserId,
  submission: Submission,
): Promise<SubmissionReply> {
  try {
    return await ledgers(userId).submit(submission)
  } catch (error) {
    const { overloaded, retryable } = error as CallFailure
    log('error', 'submit_failed', { requestId: submission.requestId, error: errorText(error) })
    if (overloaded === true) return { type: 'overloaded' }
    if (retryable !== true || submission.idempotency === null) return { type: 'outcome_unknown' }
  }
  try {
    const again = await ledgers(userId).submit(submission) // a stub is broken once it has thrown: this is a new one
    // That nothing came of the second call says nothing of the first.
    return again.type === 'answered' ? again : { type: 'outcome_unknown' }
  } catch (error) {
    log('error', 'submit_failed_again', { requestId: submission.requestId, error: errorText(error) })
    return { type: 'outcome_unknown' }
  }
}

/** The newest snapshot of a user, of all features or of some. Reading is safe to repeat, and is repeated once. */
export async function newestSnapshot(
  ledgers: UserLedgers,
  userId: UserId,
  copy: CopyState,
  features?: readonly FeatureKey[],
): Promise<Snapshot> {
  try {
    return await ledgers(userId).snapshot(copy, features)
  } catch (error) {
    if ((error as CallFailure).retryable !== true) throw error
    return ledgers(userId).snapshot(copy, features)
  }
}
