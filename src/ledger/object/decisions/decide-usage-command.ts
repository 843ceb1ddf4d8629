import type { UsageCommand } from '../../../domain/usage/usage-command.ts'
import { accessByState } from '../../../domain/user/access-by-catalog.ts'
import { decideUsage } from '../../../domain/user/decide-usage.ts'
import type { Note } from '../../../domain/user/entry.ts'
import { fold } from '../../../domain/user/fold.ts'
import type { EntryOfUsage } from '../../../domain/user/fold-usage.ts'
import type { Possession } from '../../../domain/user/holders.ts'
import { withEnds } from '../../../domain/user/leases.ts'
import { resolutionIn, resolutionsBy } from '../../../domain/user/past.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { entryOf, momentAt } from './entry-of.ts'
import { noteOf } from './note-of.ts'

type Basis = Pick<DecisionBasis, 'state' | 'catalog' | 'past'>

/** Decides what a caller asks of a metered feature. */
export function decideUsageCommand(
  command: UsageCommand,
  submission: Submission,
  basis: Basis,
  now: Instant,
): CommandDecision {
  const { state, catalog, past } = basis
  const at = momentAt(state, now)
  const decision = decideUsage(state, command, { catalog, past }, at)
  // Also where only the answer does: it tells the access, as a check would.
  const dependsOnCatalog = true
  if (!decision.ok) {
    const outcome = { type: 'refused', refusal: decision.error } as const
    return { ...NO_EFFECT, state, outcome, dependsOnCatalog }
  }
  const { value } = decision
  if (value.type === 'holding' || value.type === 'lease') return keep(value, basis, at)

  const entry = entryOf(state, value, submission, now)
  const note = noteFor(submission, state)
  const after = withEndOf(entry, fold(state, entry, note))
  const { feature } = value.data
  const accessBefore = accessByState(state, catalog, feature, at)
  const access = accessByState(after, catalog, feature, at)
  const isSameAnswer = accessBefore.allowed === access.allowed && accessBefore.reason === access.reason
  const [resolved] = resolutionsBy(entry, (seq) => resolutionIn(state, past, seq))
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

/** A lease that goes on for longer is news to nobody: a copy that takes it for lapsed is too old by then to allow anything. */
function keep(possession: Possession, { state, catalog }: Basis, at: Instant): CommandDecision {
  const after = possession.type === 'lease' ? withLease(state, possession.reservation) : state
  const { feature } = possession.type === 'lease' ? possession.reservation : possession.holding
  const access = accessByState(after, catalog, feature, at)
  return {
    ...NO_EFFECT,
    outcome: { type: 'possession', userId: state.userId, possession, access },
    state: after,
    dependsOnCatalog: true,
  }
}

function withLease(state: UserState, { seq, endsAt }: { readonly seq: number; readonly endsAt: Instant }) {
  return state.reservations.get(seq)?.endsAt === endsAt ? state : withEnds(state, [[seq, endsAt]])
}

/** A fold knows no end of a lease: what was just made has the one that it was made with. */
function withEndOf({ type, seq, data }: EntryOfUsage, state: UserState): UserState {
  return type === 'usage_reserved' && data.hasHolder === true ? withEnds(state, [[seq, data.endsAt]]) : state
}

/**
 * A note is a row: that somebody used something is none worth; for whom, why somebody let go of it, and what a caller knows
 * of it are. Who has a lease has what it becomes.
 */
function noteFor(submission: Submission, { reservations }: UserState): Note | null {
  const { command, reason } = submission
  const holder =
    command.type === 'commit_reservation'
      ? (reservations.get(command.reservation)?.holder ?? null)
      : 'holder' in command && command.type !== 'release_holder'
        ? (command.holder ?? null)
        : null
  const hasMetadata = command.type === 'consume' && command.metadata !== undefined
  return holder === null && reason === null && !hasMetadata ? null : noteOf(submission, holder)
}
