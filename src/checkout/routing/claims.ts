import type { Fact, LinkFact, SourceFact } from '../../domain/purchases/register/fact.ts'
import type { PurchaseId } from '../../domain/values/ids.ts'
import type { Instant } from '../../domain/values/instant.ts'
import type { Claim, NameClaim } from '../../owners/claim.ts'

/** What is said of one purchase in an event: the fact, if there is one, and whose it is by what is told with it. */
export interface PurchaseFacts {
  readonly fact: SourceFact | null
  readonly claim: Claim
}

/**
 * What facts say of purchases, each with the names that are told of it, so that it is asked once whose it is. A source
 * that says its own name comes first, so that what only points at it finds it. `toldAt`: when the event happened.
 */
export function claimsOf(facts: readonly Fact[], toldAt: Instant): readonly PurchaseFacts[] {
  const links = facts.filter(isLinkOfPurchase)
  const sourceFacts = facts.filter(isSourceFact).toSorted((a, b) => Number('of' in a) - Number('of' in b))
  const isAlone = (link: LinkFact) => !sourceFacts.some((fact) => areOfOne(link, fact))
  return [
    ...links.filter(isAlone).map((link) => ({ fact: null, claim: claimOf(null, [link], toldAt) })),
    ...sourceFacts.map((fact) => {
      return {
        fact,
        claim: claimOf(
          fact,
          links.filter((link) => areOfOne(link, fact)),
          toldAt,
        ),
      }
    }),
  ]
}

function isLinkOfPurchase(fact: Fact): fact is LinkFact {
  return fact.type === 'link' && fact.refs.length > 0
}

/** Whether a fact belongs to one source; else it says who a customer, or whose a purchase is. */
export function isSourceFact(fact: Fact): fact is SourceFact {
  switch (fact.type) {
    case 'subscription':
    case 'purchase':
    case 'payment':
    case 'reversal':
    case 'hold':
      return true
    case 'link':
    case 'transfer':
      return false
  }
}

/** What stands for a source in a fact. */
export function idsOf(fact: SourceFact): readonly PurchaseId[] {
  return 'of' in fact ? fact.of : [fact.ref, ...fact.aliases]
}

/** Whether a link speaks of the purchase of a fact, and of no other customer. */
function areOfOne({ refs, customer }: LinkFact, fact: SourceFact): boolean {
  const isSame = 'of' in fact || customer === null || customer === fact.customer
  const ids = idsOf(fact)
  return isSame && refs.some((ref) => ids.includes(ref))
}

function claimOf(fact: SourceFact | null, links: readonly LinkFact[], toldAt: Instant): Claim {
  const ofFact = fact !== null && 'ref' in fact ? fact.customer : null
  const customerId = ofFact ?? links.find(({ customer }) => customer !== null)?.customer ?? null
  // A single id may be one that only points at the purchase, and is known to be so once that names itself.
  const together = links.filter(({ refs }) => refs.length > 1)
  const ids = [...(fact === null ? [] : idsOf(fact)), ...together.flatMap(({ refs }) => refs)]
  const named = links.flatMap(({ refs, userId, rank, customer }): NameClaim[] => {
    const [id] = refs
    if (userId === null || id === undefined) return []
    return [{ id, rank, userId, customerId: customer ?? '', toldAt }]
  })
  return {
    ids: [...new Set(ids.length > 0 ? ids : links.flatMap(({ refs }) => refs))],
    customerId,
    names: named,
    isKept: together.length > 0,
    isNaming: fact !== null && 'ref' in fact,
    isHandLifted: false,
    store: links.find(({ store }) => store !== undefined)?.store ?? '',
  }
}
