import { type Known, settledOwner } from '../ledger/across-users/known.ts'
import type { ProviderAccount } from '../ledger/across-users/provider-account.ts'
import { type Claim, type Owner, claimRefs } from '../ledger/across-users/refs.ts'

export interface OwnerDeps {
  readonly d1: D1Database
  readonly now: () => number
}

/**
 * Whose a source is, once all ids that stand for it are claimed; `null` when nobody is found for them. Of what is
 * claimed already, as with every renewal, nothing is asked again.
 */
export async function ownerOf(
  { d1, now }: OwnerDeps,
  of: ProviderAccount,
  claim: Claim,
  known: Known,
): Promise<Owner | null> {
  return settledOwner(known, claim) ?? claimRefs(d1, of, claim, now())
}
