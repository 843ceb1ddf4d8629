import type { Fact } from '../../domain/purchases/register/fact.ts'
import type { ProviderAccount } from '../../domain/purchases/register/source-key.ts'
import type { PurchaseId } from '../../domain/values/ids.ts'
import { waitKey } from '../../inbox/waits.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import {
  type ClaimOutcome,
  type Owner,
  type OwnerDeps,
  addAliases,
  claimPurchaseIds,
} from '../../owners/claim-purchase-ids.ts'
import type { Claim } from '../../owners/claim.ts'
import {
  type CertainOwner,
  type OwnerLookUp,
  type OwnerQuestion,
  certainOwner,
} from '../../owners/owner-look-up.ts'
import { type PurchaseFacts, idsOf, isSourceFact } from './claims.ts'

/** Whose a purchase is; or what the event has to wait for. */
export interface RouteOutcome {
  readonly owner: Owner | null
  /** Whether it was looked up, and so nothing written. */
  readonly isAsKnown: boolean
  readonly isDisputed: boolean
  readonly isUnclear: boolean
  readonly unsettles: boolean
  readonly waitsFor: readonly string[]
  /** What began to move because of what was told. */
  readonly change: OwnerChange | null
}

const AS_KNOWN = { isDisputed: false, isUnclear: false, unsettles: false, change: null } as const

/**
 * Finds whose a purchase is: who is named, else who has it, else who its customer is. All ids that are told of it are
 * claimed, before anything reaches a ledger. Of what is claimed already, as with every renewal, nothing is asked again.
 */
export async function routeFact(
  deps: OwnerDeps,
  of: ProviderAccount,
  { fact, claim }: PurchaseFacts,
  lookUp: OwnerLookUp,
): Promise<RouteOutcome> {
  const settled = certainOwner(lookUp, claim)
  const isAsKnown = settled !== null && settled.missing.length === 0
  const owned = isAsKnown ? settled.owner : await ownerOfAliases(deps, of, claim, { lookUp, settled })
  const { owner, isDisputed, isUnclear, unsettles, change }: ClaimOutcome =
    owned === null
      ? await claimPurchaseIds(deps.d1, of, claim, deps.now(), deps.only)
      : { ...AS_KNOWN, owner: owned }
  const routed = { owner, isAsKnown, isDisputed, isUnclear, unsettles, change }
  // What only says whose a purchase is has said so.
  if (owner !== null || (fact === null && !isDisputed)) return { ...routed, waitsFor: [] }
  const { customerId, isNaming, isKept } = claim
  // Where only a purchase is pointed at, it has to be told: whose its customer is does not say which it is.
  const helps = !isDisputed && (isNaming || isKept)
  const ofCustomer = helps && customerId !== null ? [waitKey.customer(customerId)] : []
  return { ...routed, waitsFor: [...ofCustomer, ...claim.ids.map(waitKey.purchase)] }
}

/** Whose a purchase is of which nothing is told that was not known, but other ids that stand for it. */
async function ownerOfAliases(
  { d1, now }: OwnerDeps,
  of: ProviderAccount,
  claim: Claim,
  { lookUp, settled }: { readonly lookUp: OwnerLookUp; readonly settled: CertainOwner | null },
): Promise<Owner | null> {
  const knownId = claim.ids.find((id) => lookUp.purchases.has(id))
  if (settled === null || knownId === undefined) return null
  return addAliases(d1, of, { knownId, ids: settled.missing }, now())
}

/** What facts name that may be known already. */
export function namesIn(facts: readonly Fact[]): OwnerQuestion {
  return {
    ids: facts.flatMap(idsNamedIn),
    customers: facts.flatMap((fact) =>
      fact.type === 'link' && fact.customer !== null && fact.refs.length === 0 ? [fact.customer] : [],
    ),
  }
}

function idsNamedIn(fact: Fact): readonly PurchaseId[] {
  if (isSourceFact(fact)) return idsOf(fact)
  switch (fact.type) {
    case 'link':
      return fact.refs
    case 'transfer':
      return []
  }
}
