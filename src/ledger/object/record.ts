import { d1Failure } from '../../platform/d1-failure.ts'
import { D1_TIMEOUT_MS, within } from '../../platform/deadline.ts'
import { errorText, log } from '../../platform/log.ts'
import { type Batch, append } from '../store/append.ts'
import { hashAt } from '../store/load.ts'

/** How often a batch is sent before its outcome is given up as unknown. */
const TRIES_MAX = 3

/**
 * What became of a batch: it is in the ledger; somebody else was faster; D1 will never take it; there is no room for it, or D1
 * takes nothing at present, so that it was not recorded; or nobody could say, so that it may still turn up.
 */
export type RecordOutcome = 'recorded' | 'lost' | 'refused' | 'full' | 'closed' | 'unknown'

/**
 * Sends a batch. Where D1 does not say what became of it, it is asked whose entry has the place of the batch's last one.
 * Sending a batch again is harmless, because its keys are taken once it is recorded. `sending` is called before each
 * time that it leaves.
 */
export async function record(
  d1: D1Database,
  batch: Batch,
  sending: () => Promise<void>,
): Promise<RecordOutcome> {
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    if (tries > 0) await scheduler.wait(100 * 2 ** tries)
    await sending()
    const failure = await failureOf(d1, batch)
    if (failure === null) return 'recorded'
    if (failure === 'refused') return 'refused'
    // Of an earlier try nothing is known by that.
    if (tries === 0 && failure === 'full') return 'full'
    if (tries === 0 && (failure === 'over_quota' || failure === 'read_only')) return 'closed'

    const place = await whoHasOurPlace(d1, batch)
    if (place === 'ours') return 'recorded' // also when it was sent twice and lost against itself
    if (place === 'another' || (place === 'free' && failure === 'lost')) return 'lost'
  }
  return 'unknown'
}

async function failureOf(d1: D1Database, batch: Batch) {
  try {
    await within(D1_TIMEOUT_MS, append(d1, batch))
    return null
  } catch (error) {
    const failure = d1Failure(error)
    if (failure !== 'lost') log('error', 'append_failed', { failure, error: errorText(error) })
    return failure
  }
}

async function whoHasOurPlace(
  d1: D1Database,
  batch: Batch,
): Promise<'ours' | 'another' | 'free' | 'unanswered'> {
  const { userId, entries, afterVersion } = batch
  const ours = entries.at(-1)
  try {
    const hash = await within(D1_TIMEOUT_MS, hashAt(d1, userId, ours?.seq ?? afterVersion + 1))
    if (hash === null) return 'free'
    return hash === ours?.hash ? 'ours' : 'another'
  } catch (error) {
    log('error', 'append_question_failed', { error: errorText(error) })
    return 'unanswered'
  }
}
