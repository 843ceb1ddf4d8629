import type { Command } from '../../domain/user/command.ts'
import { answerToSourceOutcome, sourceOutcomeOf } from '../source-outcome.ts'
import { type Receipt, isPassedOn, replayOf } from '../store/receipts/receipt.ts'
import type { AnsweredReply, CommandOutcome, StoredAnswer, Submission } from '../submission.ts'

/** The reply to a command that was decided just now, and is answered in these words. */
export function replyTo(
  { command }: Submission,
  outcome: CommandOutcome,
  answer: StoredAnswer,
): AnsweredReply {
  if (outcome.type === 'passed_on') return { type: 'answered', answer, isPassedOn: true }
  if (!isAboutSource(command)) return { type: 'answered', answer }
  return { type: 'answered', answer, sourceOutcome: sourceOutcomeOf(outcome) }
}

/** The reply to a command that was answered before. A receipt keeps nothing but the words. */
export function replayTo({ command }: Submission, receipt: Receipt): AnsweredReply {
  const answer = replayOf(receipt)
  if (isPassedOn(receipt)) return { type: 'answered', answer, isPassedOn: true }
  if (!isAboutSource(command)) return { type: 'answered', answer }
  return { type: 'answered', answer, sourceOutcome: answerToSourceOutcome(answer) }
}

function isAboutSource({ type }: Command): boolean {
  switch (type) {
    case 'settle_source':
    case 'release_source':
      return true
    case 'create_entitlement':
    case 'update_entitlement':
    case 'revoke_entitlement':
    case 'suspend_entitlement':
    case 'resume_entitlement':
    case 'give_plan':
    case 'change_plan':
    case 'end_plan':
    case 'consume':
    case 'reverse_consumption':
    case 'release_holder':
    case 'reserve':
    case 'renew_reservation':
    case 'commit_reservation':
    case 'release_reservation':
      return false
  }
}
