import type { ReleaseSource } from '../../../domain/user/command.ts'
import { movedSourceOf } from '../../../domain/user/settling/moved-source-of.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { momentAt } from './entry-of.ts'
import { foldChanges } from './fold-changes.ts'
import { changesOfRelease } from './source-update.ts'

/** Decides what comes of it that a source is no longer this user's. */
export async function decideRelease(
  { source }: ReleaseSource,
  submission: Submission,
  basis: DecisionBasis,
  now: Instant,
): Promise<CommandDecision> {
  const { state } = basis
  const at = momentAt(state, now)
  const { changes, isOfCatalog } = await changesOfRelease(state, source, basis, at)
  const released = foldChanges(state, changes, submission, now)
  const versions = released.entries.map(({ seq }) => seq)
  return {
    ...NO_EFFECT,
    outcome: { type: 'settled', versions, unknownProducts: [], notices: [] },
    entries: released.entries,
    state: released.state,
    news: versions.length > 0 ? 'answer' : 'nothing',
    dependsOnCatalog: isOfCatalog,
    touchedSource: { source, left: movedSourceOf(state, source, at), takenOver: [] },
  }
}
