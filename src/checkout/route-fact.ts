import type { Fact } from '../domain/checkout/fact.ts'
import type { Change } from '../ledger/across-users/change-user.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import type { Concerned } from '../ledger/across-users/concerned.ts'
import { type Known, type Named, settledBy } from '../ledger/across-users/known.ts'
import type { ProviderAccount } from '../ledger/across-users/provider-account.ts'
import type { Claim } from '../ledger/across-users/claim-decision.ts'
import { type Claimed, type Owner, addAliases, claimRefs } from '../ledger/across-users/refs.ts'
import { type Told, idsOf } from './claims.ts'

interface RouteDeps {
  readonly d1: D1Database
  readonly now: () => number
  /** Whom alone it may concern. */
  readonly only: Concerned
}

/** Whose a purchase is; or what the event has to wait for. */
export interface Routed {
  readonly owner: Owner | null
  /** Whose it is, or will be once it is told itself. */
  readonly userId: string | null
  readonly isDisputed: boolean
  readonly waitsFor: readonly string[]
  /** What began to move because of what was told. */
  readonly change: Change | null
}

/**
 * Finds whose a purchase is: who is named, else who has it, else who its customer is. All ids that are told of it are
 * claimed, before anything reaches a ledger. Of what is claimed already, as with every renewal, nothing is asked again.
 */
export async function routeFact(
  deps: RouteDeps,
  of: ProviderAccount,
  { fact, claim }: Told,
  known: Known,
): Promise<Routed> {
  const owned = await ownerAsKnown(deps, of, claim, known)
  const claimed: Claimed =
    owned === null
      ? await claimRefs(deps.d1, of, claim, deps.now(), deps.only)
      : { owner: owned, isClaimed: true, isDisputed: false, change: null }
  const { isClaimed, isDisputed, change } = claimed
  const userId = claimed.owner?.userId ?? null
  const routed = { owner: isClaimed ? claimed.owner : null, userId, isDisputed, change }
  // What only says whose a purchase is has said so.
  if (routed.owner !== null || (fact === null && !isDisputed)) return { ...routed, waitsFor: [] }
  const keys = claim.ids.map(waitKey.ref)
  const { customerId } = claim
  // Where it is known whose it is, only the purchase itself is missing.
  const isOfCustomer = customerId !== null && userId === null && !isDisputed
  return { ...routed, waitsFor: isOfCustomer ? [waitKey.customer(customerId), ...keys] : keys }
}

/** Whose a purchase is where nothing is told of that which was not known; only other ids may come to stand for it. */
async function ownerAsKnown(
  { d1, now }: RouteDeps,
  of: ProviderAccount,
  claim: Claim,
  known: Known,
): Promise<Owner | null> {
  const settled = settledBy(known, claim)
  if (settled === null || settled.missing.length === 0) return settled?.owner ?? null
  const knownId = claim.ids.find((id) => known.refs.has(id))
  return knownId === undefined ? null : addAliases(d1, of, { knownId, ids: settled.missing }, now())
}

/** What facts name that may be known already. */
export function namesIn(facts: readonly Fact[]): Named {
  return {
    ids: facts.flatMap((fact) => {
      if (fact.type === 'transfer') return []
      return fact.type === 'link' ? fact.refs : idsOf(fact)
    }),
    customers: facts.flatMap((fact) =>
      fact.type === 'link' && fact.customer !== null && fact.refs.length === 0 ? [fact.customer] : [],
    ),
  }
}
