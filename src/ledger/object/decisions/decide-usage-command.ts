import type { UsageCommand } from '../../../domain/usage/usage-command.ts'
import { decideUsage } from '../../../domain/user/decide-usage.ts'
import { fold } from '../../../domain/user/fold.ts'
import { resolutionBy } from '../../../domain/user/past.ts'
import { accessByState } from '../../../domain/user/access-by-catalog.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { entryOf, momentAt } from './entry-of.ts'
import { noteOf } from './note-of.ts'

/** Decides what a caller asks of a metered feature. */
export function decideUsageCommand(
  command: UsageCommand,
  submission: Submission,
  { state, catalog, past }: Pick<DecisionBasis, 'state' | 'catalog' | 'past'>,
  now: Instant,
): CommandDecision {
  const at = momentAt(state, now)
  const decision = decideUsage(state, command, { catalog, past }, at)
  // Also where only the answer does: it tells the access, as a check would.
  const dependsOnCatalog = true
  if (!decision.ok) {
    const outcome = { type: 'refused', refusal: decision.error } as const
    return { ...NO_EFFECT, state, outcome, dependsOnCatalog }
  }

  const entry = entryOf(state, decision.value, submission, now)
  // A note is a row: who used something is none worth, why somebody let go of it is.
  const note = submission.reason === null ? null : noteOf(submission)
  const after = fold(state, entry, note)
  const { feature } = decision.value.data
  const accessBefore = accessByState(state, catalog, feature, at)
  const access = accessByState(after, catalog, feature, at)
  const isSameAnswer = accessBefore.allowed === access.allowed && accessBefore.reason === access.reason
  const resolved = resolutionBy(entry, (seq) => past.get(seq)?.resolution ?? null)
  return {
    ...NO_EFFECT,
    outcome: { type: 'used', userId: state.userId, entry, resolution: resolved?.resolution ?? null, access },
    entries: [entry],
    note,
    state: after,
    news: isSameAnswer ? 'balance' : 'answer',
    dependsOnCatalog,
  }
}
