import type { Fact, SourceFact } from '../domain/checkout/fact.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import type { Known, Named } from '../ledger/across-users/known.ts'
import type { ProviderAccount } from '../ledger/across-users/provider-account.ts'
import type { Owner } from '../ledger/across-users/refs.ts'
import { type OwnerDeps, ownerOf } from './owner-of.ts'

/** Whose a fact is; or what it has to wait for. */
export type Routed =
  | { readonly type: 'owned'; readonly owner: Owner }
  | { readonly type: 'waits'; readonly keys: readonly string[] }

/**
 * Finds whose a fact is: who has its source, else who its customer is. All ids that it tells of the source are
 * claimed for them, before anything reaches their ledger.
 */
export async function routeFact(
  deps: OwnerDeps,
  of: ProviderAccount,
  fact: SourceFact,
  known: Known,
): Promise<Routed> {
  const ids = idsOf(fact)
  const customerId = 'of' in fact ? null : fact.customer
  const claim = { ids, userId: null, sourceRef: ids[0] ?? '', customerId }
  const owner = await ownerOf(deps, of, claim, known)
  if (owner !== null) return { type: 'owned', owner }
  const keys = ids.map(waitKey.ref)
  return { type: 'waits', keys: customerId === null ? keys : [waitKey.customer(customerId), ...keys] }
}

/** A source that says its own name first, so that what only points at it finds it. */
export function namingFirst(facts: readonly SourceFact[]): readonly SourceFact[] {
  return facts.toSorted((a, b) => Number('of' in a) - Number('of' in b))
}

/** What facts name that may be known already. */
export function namesIn(facts: readonly Fact[]): Named {
  return {
    ids: facts.flatMap((fact) => {
      if (fact.type === 'transfer') return []
      return fact.type === 'link' ? fact.refs : idsOf(fact)
    }),
    customers: facts.flatMap((fact) =>
      fact.type === 'link' && fact.customer !== null ? [fact.customer] : [],
    ),
  }
}

function idsOf(fact: SourceFact): readonly string[] {
  return 'of' in fact ? fact.of : [fact.ref, ...fact.aliases]
}
