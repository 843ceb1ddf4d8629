import type { Catalog } from '../../../domain/catalog/catalog.ts'
import { EVERYONE, isEverybodys } from '../../../domain/entitlements/entitlement.ts'
import type { HandCommand } from '../../../domain/user/command.ts'
import type { EntitlementRefusal } from '../../../domain/user/refusal.ts'
import type { UserState } from '../../../domain/user/user-state.ts'

/**
 * Returns why what everybody has is not changed by hand, `null` where something else is meant. A check answers it without
 * asking for the user, and so it can be taken away from one user no more than given to one.
 */
export function everybodysRefusal(
  { entitlements }: Pick<UserState, 'entitlements'>,
  command: HandCommand,
  { offers }: Pick<Catalog, 'offers'>,
): EntitlementRefusal | null {
  if (command.type === 'create_entitlement') return null
  const { entitlementId } = command
  const known = entitlements.get(entitlementId)
  const isOffered = () => [...offers.values()].flat().some((offer) => offer.entitlementId === entitlementId)
  const isOfEverybody = known === undefined ? isOffered() : isEverybodys(known)
  return isOfEverybody ? { code: 'managed_by_source', entitlementId, provider: EVERYONE } : null
}
