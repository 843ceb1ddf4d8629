import type { SourceFact } from '../domain/checkout/fact.ts'
import { userOfCustomer } from '../ledger/across-users/customers.ts'
import { waitKey } from '../ledger/across-users/inbox-waits.ts'
import { type Owner, type ProviderAccount, claimRefs, ownerOf } from '../ledger/across-users/refs.ts'

/** Whose a fact is, and the ids that stand for its source; or what it has to wait for. */
export type Routed =
  | { readonly type: 'owned'; readonly owner: Owner; readonly ids: readonly string[] }
  | { readonly type: 'waits'; readonly keys: readonly string[] }

/**
 * Finds whose a fact is: who has its source, else who its customer is. All ids that it tells of the source are
 * claimed for them, before anything reaches their ledger.
 */
export async function routeFact(d1: D1Database, of: ProviderAccount, fact: SourceFact): Promise<Routed> {
  const ids = idsOf(fact)
  const customerId = 'customer' in fact ? fact.customer : null
  const owner = (await ownerOf(d1, of, ids)) ?? (await newOwner(d1, of, fact))
  if (owner === null) {
    const keys = ids.map(waitKey.ref)
    return { type: 'waits', keys: customerId === null ? keys : [waitKey.customer(customerId), ...keys] }
  }
  return { type: 'owned', owner: await claimRefs(d1, of, { ids, ...owner, customerId }), ids }
}

/** A source that says its own name first, so that what only points at it finds it. */
export function namingFirst(facts: readonly SourceFact[]): readonly SourceFact[] {
  return facts.toSorted((a, b) => Number('of' in a) - Number('of' in b))
}

function idsOf(fact: SourceFact): readonly string[] {
  return 'of' in fact ? fact.of : [fact.ref, ...fact.aliases]
}

async function newOwner(d1: D1Database, of: ProviderAccount, fact: SourceFact): Promise<Owner | null> {
  if ('of' in fact || fact.customer === null) return null
  const userId = await userOfCustomer(d1, of, fact.customer)
  return userId === null ? null : { userId, sourceRef: fact.ref }
}
