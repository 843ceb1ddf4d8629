import type { Policy } from '../domain/checkout/gives.ts'
import type { Refusal } from '../domain/refusal.ts'
import type { Batch } from './append.ts'
import { Draft } from './draft.ts'
import type { Memory } from './memory.ts'
import type { News } from './news.ts'
import { isFor, replayed } from './receipt.ts'
import type { Answer, Answering, Outcome, Submission } from './submission.ts'

/** What a group is decided under. */
export interface Circumstances {
  /** Whether the memory was loaded for this very group. */
  readonly lookedUp: boolean
  readonly now: number
  readonly answering: Answering
  readonly policy: Policy
}

/** What a group of commands comes to: what to record, what to answer then, and what is known after. */
export interface Plan {
  /** `null` when there is nothing to record. */
  readonly batch: Batch | null
  /** One for each submission, in their order. */
  readonly answers: readonly Answer[]
  readonly memory: Memory
  readonly news: News
}

/**
 * Decides a group of commands one after another, each on what the one before left, as if each were alone.
 *
 * From a memory that was not loaded for this very group nothing is answered that rests on something being absent
 * or that no batch would guard; the plan is `null` then, and the caller loads and plans again.
 */
export async function plan(
  memory: Memory,
  submissions: readonly Submission[],
  { lookedUp, now, answering, policy }: Circumstances,
): Promise<Plan | null> {
  const draft = new Draft(memory, policy, now)
  const answers: Answer[] = []
  let decided = 0

  for (const submission of submissions) {
    const { idempotency } = submission
    const known = idempotency === null ? undefined : draft.receipts.get(idempotency.key)
    if (known !== undefined && idempotency !== null) {
      const first = isFor(known, idempotency)
      answers.push(
        first ? replayed(known) : answering({ type: 'key_reused', head: draft.head }, submission, now),
      )
      continue
    }
    const outcome = await draft.decide(submission)
    if (!lookedUp && restsOnAbsence(outcome, submission)) return null
    decided += 1
    const answer = answering(outcome, submission, now)
    if (idempotency !== null) draft.remember({ ...idempotency, answer }, outcome)
    answers.push(answer)
  }

  const batch = draft.batch(memory)
  // Without a batch no key and no guard would tell that memory was behind.
  if (batch === null && decided > 0 && !lookedUp) return null
  return { batch, answers, memory: draft.memory(memory), news: draft.news }
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
function restsOnAbsence(outcome: Outcome, { idempotency }: Submission): boolean {
  switch (outcome.type) {
    case 'refused':
      return OF_ABSENCE.has(outcome.refusal.code)
    case 'precondition_failed':
      // It leaves no receipt whose key would abort the batch if the command has been answered before.
      return idempotency !== null
    case 'settled':
      return outcome.unknownProducts.length > 0
    case 'done':
    case 'used':
    case 'key_reused':
    case 'fault':
      return false
  }
}
