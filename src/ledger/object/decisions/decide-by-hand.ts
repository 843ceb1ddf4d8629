import type { HandCommand } from '../../../domain/user/command.ts'
import { decide } from '../../../domain/user/decide.ts'
import { fold } from '../../../domain/user/fold.ts'
import type { UserState } from '../../../domain/user/user-state.ts'
import type { Seq } from '../../../domain/values/ids.ts'
import type { Instant } from '../../../domain/values/instant.ts'
import { err } from '../../../domain/values/result.ts'
import type { Submission } from '../../submission.ts'
import { type CommandDecision, NO_EFFECT } from './command-decision.ts'
import type { DecisionBasis } from './decision-basis.ts'
import { entryOf } from './entry-of.ts'
import { everybodysRefusal } from './everybodys-refusal.ts'
import { noteOf } from './note-of.ts'
import { restsOnOtherVersion } from './rests-on-other-version.ts'

/** Decides what a caller asks of an entitlement. */
export function decideByHand(
  command: HandCommand,
  submission: Submission,
  { state, catalog }: Pick<DecisionBasis, 'state' | 'catalog'>,
  now: Instant,
): CommandDecision {
  const version = versionOf(state, command)
  if (restsOnOtherVersion(submission.ifVersion, version, state.version)) {
    return { ...NO_EFFECT, state, outcome: { type: 'precondition_failed', version } }
  }
  const isCreation = command.type === 'create_entitlement'
  // What the user's ledger does not have may be what everybody has.
  const dependsOnCatalog = isCreation || !state.entitlements.has(command.entitlementId)
  const everybodys = everybodysRefusal(state, command, catalog)
  const decision = everybodys === null ? decide(state, command, catalog.features, now) : err(everybodys)
  if (!decision.ok) {
    const outcome = { type: 'refused', refusal: decision.error } as const
    return { ...NO_EFFECT, state, outcome, dependsOnCatalog }
  }
  if (decision.value === null) return { ...NO_EFFECT, state, outcome: doneTo(state, command, false) }

  const note = noteOf(submission)
  const entry = entryOf(state, decision.value, submission, now)
  const after = fold(state, entry, note)
  return {
    ...NO_EFFECT,
    outcome: doneTo(after, command, isCreation),
    entries: [entry],
    note,
    state: after,
    news: 'answer',
    dependsOnCatalog,
  }
}

/** What `If-Match` is compared with: the version of what the command changes. */
function versionOf({ version, entitlements }: UserState, command: HandCommand): Seq {
  if (command.type === 'create_entitlement') return version
  return entitlements.get(command.entitlementId)?.version ?? 0
}

function doneTo({ userId, entitlements }: UserState, { entitlementId }: HandCommand, created: boolean) {
  const entitlement = entitlements.get(entitlementId)
  if (entitlement === undefined) throw new Error(`There is no ${entitlementId} after it was decided on`)
  return { type: 'done', created, userId, entitlement } as const
}
