import type { Instant } from '../../../domain/values/instant.ts'
import type { Submission } from '../../submission.ts'
import type { CommandDecision } from './command-decision.ts'
import { decideByHand } from './decide-by-hand.ts'
import { decidePlanCommand } from './decide-plan-command.ts'
import { decideRelease } from './decide-release.ts'
import { decideSettlement } from './decide-settlement.ts'
import { decideUsageCommand } from './decide-usage-command.ts'
import type { DecisionBasis } from './decision-basis.ts'

/** Decides a command. Same submission, basis and moment: same decision. */
export async function decideCommand(
  submission: Submission,
  basis: DecisionBasis,
  now: Instant,
): Promise<CommandDecision> {
  const { command } = submission
  switch (command.type) {
    case 'create_entitlement':
    case 'update_entitlement':
    case 'revoke_entitlement':
    case 'suspend_entitlement':
    case 'resume_entitlement':
      return decideByHand(command, submission, basis, now)
    case 'give_plan':
    case 'change_plan':
    case 'end_plan':
      return decidePlanCommand(command, submission, basis, now)
    case 'consume':
    case 'reverse_consumption':
    case 'release_holder':
    case 'reserve':
    case 'renew_reservation':
    case 'commit_reservation':
    case 'release_reservation':
      return decideUsageCommand(command, submission, basis, now)
    case 'settle_source':
      return decideSettlement(command, submission, basis, now)
    case 'release_source':
      return decideRelease(command, submission, basis, now)
  }
}
