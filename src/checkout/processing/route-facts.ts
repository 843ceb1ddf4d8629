import { isOfBuyer } from '../../domain/purchases/owners/named-user.ts'
import type { Fact, SourceFact } from '../../domain/purchases/register/fact.ts'
import type { SourceId, UserId } from '../../domain/values/ids.ts'
import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import type { Owner, OwnerDeps } from '../../owners/claim-purchase-ids.ts'
import { decideAgain } from '../../owners/decide-again.ts'
import { type Gift, isTooMuchOfOne } from '../../owners/payer-limit.ts'
import { type OwnerLookUp, withOwner } from '../../owners/owner-look-up.ts'
import { type PurchaseFacts, claimsOf } from '../routing/claims.ts'
import { type RouteOutcome, routeFact } from '../routing/route-fact.ts'
import { type SourceFacts, addFact } from './source-facts.ts'

/** Whose each purchase of an event is, and what their ledgers are to be told of it. */
export interface RoutesOutcome extends Pick<
  RouteOutcome,
  'isAsKnown' | 'isDisputed' | 'isUnclear' | 'waitsFor'
> {
  readonly sources: readonly SourceFacts[]
  readonly userId: UserId | null
  /** Whether a purchase says its own name, and nobody knows whose it is: what only points at one may be none of ours. */
  readonly isOfNobody: boolean
  /** Whether one payer would give somebody too much. */
  readonly isTooMuch: boolean
  readonly changes: readonly OwnerChange[]
}

/** Finds whose is what an event says of purchases, one after another: what one claims, the next finds known. */
export async function routeFacts(
  deps: OwnerDeps,
  event: ClaimedEvent,
  facts: readonly Fact[],
  lookUp: OwnerLookUp,
): Promise<RoutesOutcome> {
  let lookUpByNow = lookUp
  let sources: readonly SourceFacts[] = []
  let isOfNobody = false
  const routes: RouteOutcome[] = []
  const changes: OwnerChange[] = []
  const sourcesRefused = new Set<SourceId>()
  for (const purchase of claimsOf(facts, event.occurredAt)) {
    const { fact, claim } = purchase
    const route = await routeFact(deps, event, purchase, lookUpByNow)
    routes.push(route)
    isOfNobody ||= route.waitsFor.length > 0 && claim.isNaming
    if (route.unsettles && claim.customerId !== null) {
      changes.push(...(await decideAgain(deps, event, claim.customerId)).changes)
    }
    const { owner } = route
    if (owner === null) continue
    lookUpByNow = withOwner(lookUpByNow, claim, owner)
    const gift = giftOf(purchase, owner)
    if (gift !== null && (await isTooMuchOfOne(deps.d1, event, gift, deps.now()))) {
      sourcesRefused.add(owner.sourceId)
    }
    // What only points at a purchase that is not given is not told either.
    if (fact !== null && !sourcesRefused.has(owner.sourceId)) sources = addFact(sources, owner, fact)
  }
  return {
    sources,
    userId: sources[0]?.userId ?? routes.find(({ owner }) => owner !== null)?.owner?.userId ?? null,
    isAsKnown: routes.every(({ isAsKnown }) => isAsKnown),
    isDisputed: routes.some(({ isDisputed }) => isDisputed),
    isTooMuch: sourcesRefused.size > 0,
    isOfNobody,
    waitsFor: routes.flatMap(({ waitsFor }) => waitsFor),
    isUnclear: routes.some(({ isUnclear }) => isUnclear),
    changes: [...routes.flatMap(({ change }) => change ?? []), ...changes],
  }
}

/** What a buyer's own word gives to somebody; `null` where the shop said whose it is, or nobody knows who paid. */
function giftOf(
  { fact, claim: { names, customerId } }: PurchaseFacts,
  { userId, sourceId }: Owner,
): Gift | null {
  const lines = fact === null ? 0 : linesOf(fact)
  const isByBuyer = names.some(({ rank }) => isOfBuyer(rank))
  return isByBuyer && customerId !== null && lines > 0 ? { customerId, userId, sourceId, lines } : null
}

function linesOf(fact: SourceFact): number {
  switch (fact.type) {
    case 'subscription':
      return fact.items.length
    case 'purchase':
      return fact.lines.length
    case 'payment':
    case 'reversal':
    case 'hold':
      return 0
  }
}
