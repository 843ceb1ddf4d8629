import { isBought } from '../../../domain/entitlements/entitlement.ts'
import type { Command } from '../../../domain/user/command.ts'
import type { EntitlementId } from '../../../domain/values/ids.ts'
import type { Memory } from '../../store/memory.ts'

/**
 * Whether a command may be about spent lots that a memory holds as one. What is consumed is taken of others, and what an earlier
 * consumption took from is looked up with it. That a right is there that is created anew the batch itself would find.
 */
export function lacksLots(
  { state, standIns }: Pick<Memory, 'state' | 'standIns'>,
  command: Command,
): boolean {
  if (standIns.size === 0) return false
  const isUnknown = (id: EntitlementId) => standIns.has(id) || !state.entitlements.has(id)
  switch (command.type) {
    case 'create_entitlement':
      return standIns.has(command.entitlementId)
    case 'update_entitlement':
    case 'revoke_entitlement':
    case 'suspend_entitlement':
    case 'resume_entitlement':
      return isUnknown(command.entitlementId)
    case 'give_plan':
    case 'change_plan':
    case 'end_plan':
    case 'settle_source':
    case 'release_source':
      return [...standIns].some((id) => {
        const standIn = state.entitlements.get(id)
        return standIn !== undefined && isBought(standIn)
      })
    case 'consume':
    case 'reserve':
    case 'reverse_consumption':
    case 'release_holder':
    case 'renew_reservation':
    case 'commit_reservation':
    case 'release_reservation':
      return false
  }
}
