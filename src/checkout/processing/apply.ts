import type { Fact } from '../../domain/purchases/register/fact.ts'
import { isOfBuyer } from '../../domain/purchases/owners/named-user.ts'
import type { OwnerChange } from '../../owners/change-user.ts'
import type { Audience } from '../../owners/audience.ts'
import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import { waitKey } from '../../inbox/waits.ts'
import { type Gift, isTooMuchOfOne } from '../../owners/gifts.ts'
import { type OwnerLookUp, withOwner } from '../../owners/owner-look-up.ts'
import type { Owner } from '../../owners/claim-purchase-ids.ts'
import { NOT_PAID } from '../../inbox/conclude.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import { waitKeysOf } from '../routing/wait-keys.ts'
import type { Budget } from './budget.ts'
import { type PurchaseFacts, claimsOf } from '../routing/claims.ts'
import { type LinksOutcome, decideAgain, followLink, followTransfer } from './follow-links.ts'
import { followChange } from './follow-moves.ts'
import type { EventReading } from '../provider/provider.ts'
import { type RouteOutcome, routeFact } from '../routing/route-fact.ts'
import { type Group, groupFact } from './settle-facts.ts'
import { settleGroups } from './settle-groups.ts'
import { NOTHING_YET, type AttemptOutcome } from './conclusion-of.ts'

/** What is needed to apply an event. */
export interface ApplyDeps {
  readonly d1: D1Database
  readonly ledgers: UserLedgers
  readonly now: () => number
  readonly budget: Budget
  /** Whom alone it may concern. */
  readonly only: Audience
}

/** Shown where a transfer may have taken a purchase, and nobody says so. */
const UNCLEAR = 'transfer_unclear'

/** Applies what an event says: finds whose it is, and tells their ledgers. */
export async function apply(
  deps: ApplyDeps,
  event: ClaimedEvent,
  { facts, flags, unknown }: EventReading,
  known: OwnerLookUp,
): Promise<AttemptOutcome> {
  const awaited = await waitKeysOf(deps.d1, event, facts)
  if (awaited.length > 0) return { ...NOTHING_YET, rests: NOT_PAID, waitsFor: awaited }
  const followed = await followAll(deps, event, facts, known)
  const routed = await routeAll(deps, event, facts, known)
  // What comes over is there before anything else is told of it.
  for (const change of [...followed.changes, ...routed.changes]) {
    await followChange(deps, change, deps.budget)
  }
  const settled = await settleGroups(deps, event, routed.groups)
  const products = settled.unknownProducts.map(waitKey.product)
  return {
    isSaid: facts.length > 0,
    isAboutSources: facts.some(({ type }) => type !== 'link' && type !== 'transfer'),
    quarantined: [
      ...(routed.isDisputed ? ['user_disputed'] : []),
      // No event says which of several was restored: somebody has to.
      ...(followed.isUnclear ? [UNCLEAR] : []),
      ...(unknown.length > 0 ? ['unknown_value'] : []),
      ...(routed.isTooMuch ? ['too_many_entitlements'] : []),
      ...settled.refused,
      ...(followed.waitsFor.length > 0 || routed.isOfNobody ? ['unknown_customer'] : []),
      ...(products.length > 0 ? ['unknown_product'] : []),
    ],
    rests: routed.waitsFor.length > 0 ? 'unmatched' : null,
    failed: settled.failed,
    userId: routed.userId ?? followed.userId,
    account: null,
    versions: settled.versions,
    flags: [...flags, ...unknown, ...settled.notices, ...(routed.isUnclear ? [UNCLEAR] : [])],
    waitsFor: [...followed.waitsFor, ...routed.waitsFor, ...products],
  }
}

async function followAll(
  deps: ApplyDeps,
  event: ClaimedEvent,
  facts: readonly Fact[],
  known: OwnerLookUp,
): Promise<LinksOutcome> {
  const all: LinksOutcome[] = []
  for (const fact of facts) {
    if (fact.type === 'link' && fact.refs.length === 0) {
      all.push(await followLink(deps, event, fact, event.occurredAt, known))
    }
  }
  for (const fact of facts) {
    if (fact.type === 'transfer') all.push(await followTransfer(deps, event, fact, event.occurredAt))
  }
  return {
    userId: all.find(({ userId }) => userId !== null)?.userId ?? null,
    waitsFor: all.flatMap(({ waitsFor }) => waitsFor),
    changes: all.flatMap(({ changes }) => changes),
    isUnclear: all.some(({ isUnclear }) => isUnclear),
  }
}

async function routeAll(deps: ApplyDeps, event: ClaimedEvent, facts: readonly Fact[], known: OwnerLookUp) {
  let groups: readonly Group[] = []
  let knownByNow = known
  const all: RouteOutcome[] = []
  let isOfNobody = false
  const changes: OwnerChange[] = []
  const refused = new Set<string>()
  for (const told of claimsOf(facts, event.occurredAt)) {
    const routed = await routeFact(deps, event, told, knownByNow)
    all.push(routed)
    const { owner } = routed
    // A purchase says its own name, and nobody knows whose it is; what only points at one may be none of ours.
    isOfNobody ||= routed.waitsFor.length > 0 && told.claim.isNaming
    if (routed.unsettles && told.claim.customerId !== null) {
      changes.push(...(await decideAgain(deps, event, told.claim.customerId)).changes)
    }
    if (owner === null) continue
    knownByNow = withOwner(knownByNow, told.claim, owner)
    const gift = giftOf(told, owner)
    if (gift !== null && (await isTooMuchOfOne(deps.d1, event, gift, deps.now())))
      refused.add(owner.sourceRef)
    // What only points at a purchase that is not given is not told either.
    const isTold = told.fact !== null && !refused.has(owner.sourceRef)
    if (isTold) groups = groupFact(groups, owner, told.fact)
  }
  return {
    groups,
    userId: groups[0]?.userId ?? all.find(({ owner }) => owner !== null)?.owner?.userId ?? null,
    isDisputed: all.some(({ isDisputed }) => isDisputed),
    isTooMuch: refused.size > 0,
    isOfNobody,
    waitsFor: all.flatMap(({ waitsFor }) => waitsFor),
    isUnclear: all.some(({ isUnclear }) => isUnclear),
    changes: [...all.flatMap(({ change }) => change ?? []), ...changes],
  }
}

/** What a buyer's own word gives to somebody; `null` where the shop said whose it is, or nobody knows who paid. */
function giftOf(
  { fact, claim: { names, customerId } }: PurchaseFacts,
  { userId, sourceRef }: Owner,
): Gift | null {
  const lines = linesOf(fact)
  const isByBuyer = names.some(({ rank }) => isOfBuyer(rank))
  return isByBuyer && customerId !== null && lines > 0 ? { customerId, userId, sourceRef, lines } : null
}

function linesOf(fact: PurchaseFacts['fact']): number {
  if (fact?.type === 'subscription') return fact.items.length
  return fact?.type === 'purchase' ? fact.lines.length : 0
}
