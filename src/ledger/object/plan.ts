import type { Refusal } from '../../domain/user/refusal.ts'
import type { Draft } from './draft.ts'
import { replayOf } from '../store/receipt.ts'
import type { StoredAnswer, Answering, CommandOutcome, Submission } from '../submission.ts'

/** What commands are decided under. */
export interface PlanContext {
  /** Whether the memory that the draft begins with was loaded for these very commands. */
  readonly lookedUp: boolean
  readonly now: number
  readonly answering: Answering
}

/**
 * Decides commands one after another, each on what the one before left in the draft, as if each were alone. Answers
 * what each is to be answered once the draft is recorded. A key is for the one command that was applied under it:
 * until then any may try it, and each that was refused is answered that again.
 *
 * From a memory that was not loaded for these very commands nothing is answered that rests on something being absent
 * or that no batch would guard; `null` then, and the caller loads and begins again.
 */
export async function plan(
  draft: Draft,
  submissions: readonly Submission[],
  { lookedUp, now, answering }: PlanContext,
): Promise<readonly StoredAnswer[] | null> {
  const answers: StoredAnswer[] = []
  let decided = 0

  for (const submission of submissions) {
    const { idempotency } = submission
    const known = idempotency === null ? undefined : draft.receipts.newestOf(idempotency.key)
    if (known !== undefined && idempotency !== null) {
      const first = draft.receipts.firstTo(idempotency)
      if (first !== undefined) {
        answers.push(replayOf(first))
        continue
      }
      // Memory need not hold what this command was answered before another took the key.
      if (!lookedUp) return null
      if (!known.isRefusal) {
        answers.push(answering({ type: 'key_reused', head: draft.head }, submission, now))
        continue
      }
    }
    const outcome = await draft.decide(submission, now)
    if (!lookedUp && restsOnAbsence(outcome, submission)) return null
    decided += 1
    const answer = answering(outcome, submission, now)
    if (idempotency !== null) draft.remember(idempotency, answer, outcome)
    answers.push(answer)
  }

  // Without a batch no key and no guard would tell that memory was behind.
  return draft.isEmpty && decided > 0 && !lookedUp ? null : answers
}

/** Refusals that look into the catalog, or into what lies too far back for memory to hold. */
const OF_ABSENCE: ReadonlySet<Refusal['code']> = new Set([
  'feature_unknown',
  'feature_archived',
  'feature_not_metered',
  'consumption_not_found',
  'reservation_not_found',
])

/** Whether an outcome would be another if a receipt, a feature or a product turned up that the memory does not hold. */
function restsOnAbsence(outcome: CommandOutcome, { idempotency }: Submission): boolean {
  switch (outcome.type) {
    case 'refused':
      return OF_ABSENCE.has(outcome.refusal.code)
    case 'precondition_failed':
      // It leaves no receipt whose key would abort the batch if the command has been answered before.
      return idempotency !== null
    case 'settled':
      return outcome.unknownProducts.length > 0 || !outcome.isLookedUp
    case 'done':
    case 'used':
    case 'key_reused':
    case 'fault':
      return false
  }
}
