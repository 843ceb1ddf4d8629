import { isOfCatalog } from '../../domain/user/refusal.ts'
import type { Instant } from '../../domain/values/instant.ts'
import { REFUSAL_RECEIPT_MS } from '../store/receipts/receipt.ts'
import type {
  AnsweredReply,
  Answering,
  CommandOutcome,
  Idempotency,
  StoredAnswer,
  Submission,
} from '../submission.ts'
import type { DecisionOutcome } from './decisions/command-decision.ts'
import { decideCommand } from './decisions/decide-command.ts'
import { restsOnAbsence } from './decisions/rests-on-absence.ts'
import type { Draft } from './draft.ts'
import { replayTo, replyTo } from './reply-to.ts'

interface GroupContext {
  /** Whether the memory that the draft begins with was loaded for these very commands. */
  readonly isLookedUp: boolean
  readonly now: Instant
  readonly answering: Answering
}

/**
 * A group that was decided, with the reply to each of its commands once the draft is recorded; or that memory does not
 * hold enough to decide it, so that it has to be loaded for these very commands first.
 */
export type GroupDecision =
  | { readonly type: 'decided'; readonly replies: readonly AnsweredReply[] }
  | { readonly type: 'look_up_first' }

const LOOK_UP_FIRST: GroupDecision = { type: 'look_up_first' }

/**
 * Decides commands one after another, each on what the one before left in the draft, as if each were alone. A key is for
 * the one command that was applied under it: until then any may try it, and each that was refused is answered that again.
 *
 * From a memory that was not loaded for these very commands nothing is answered that rests on something being absent, or
 * that no batch would guard.
 */
export async function decideGroup(
  draft: Draft,
  submissions: readonly Submission[],
  { isLookedUp, now, answering }: GroupContext,
): Promise<GroupDecision> {
  const replies: AnsweredReply[] = []
  let isAnyDecided = false

  for (const submission of submissions) {
    const { idempotency } = submission
    const use = draft.receipts.useOf(idempotency)
    if (use.type === 'answered') {
      replies.push(replayTo(submission, use.receipt))
      continue
    }
    // Memory need not hold what this command was answered before another took the key.
    if (use.type !== 'free' && !isLookedUp) return LOOK_UP_FIRST
    if (use.type === 'taken') {
      const outcome: CommandOutcome = { type: 'key_reused', head: draft.head }
      replies.push(replyTo(submission, outcome, answering(outcome, submission, now)))
      continue
    }
    if (!isLookedUp && draft.lacks(submission.command)) return LOOK_UP_FIRST
    // A renewal makes no entry, and so nothing that would have to come after one.
    if (submission.command.type !== 'renew_reservation') await draft.lapse(now)
    const decision = await decideCommand(submission, draft.basis, now)
    if (!isLookedUp && restsOnAbsence(decision, submission)) return LOOK_UP_FIRST
    isAnyDecided = true
    const outcome = ofSeveral(await draft.add(decision, submission.event), submission)
    const answer = answering(outcome, submission, now)
    if (idempotency !== null && isFinal(decision.outcome)) {
      keepReceipt(draft, idempotency, { outcome, answer }, now)
    }
    replies.push(replyTo(submission, outcome, answer))
  }

  // Without a batch no key and no guard would tell that memory was behind.
  const isUnguarded = draft.isEmpty && isAnyDecided && !isLookedUp
  return isUnguarded ? LOOK_UP_FIRST : { type: 'decided', replies }
}

/**
 * What is answered where another user may be asked next: what the catalog says, it says of them all, and a holder who has
 * something of this one gets nothing of the next.
 */
function ofSeveral(outcome: CommandOutcome, { mayPassOn }: Submission): CommandOutcome {
  if (mayPassOn !== true || outcome.type !== 'refused') return outcome
  const { refusal } = outcome
  const isLast = isOfCatalog(refusal) || refusal.code === 'holder_exists'
  return isLast ? outcome : { ...outcome, type: 'passed_on' }
}

function keepReceipt(
  { receipts, lastEntry }: Draft,
  { key, fingerprint }: Idempotency,
  { outcome, answer }: { readonly outcome: CommandOutcome; readonly answer: StoredAnswer },
  now: Instant,
): void {
  const isRefusal = outcome.type === 'refused'
  receipts.keep(
    { key, fingerprint, answer, isRefusal },
    isRefusal ? now + REFUSAL_RECEIPT_MS : null,
    lastEntry,
  )
}

/** Whether whoever sends the command again is answered the same; else it is decided anew. */
function isFinal(outcome: DecisionOutcome): boolean {
  switch (outcome.type) {
    case 'done':
    case 'planned':
    case 'used':
    case 'possession':
    case 'refused':
      return true
    case 'settled':
      // What waits for a product is settled again under the same key.
      return outcome.unknownProducts.length === 0
    case 'precondition_failed':
      return false
  }
}
