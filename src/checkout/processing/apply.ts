import { NOT_PAID, UNMATCHED } from '../../inbox/conclude.ts'
import type { ClaimedEvent } from '../../inbox/inbox-event.ts'
import { waitKey } from '../../inbox/waits.ts'
import type { UserLedgers } from '../../ledger/ledger-client.ts'
import type { OwnerDeps } from '../../owners/claim-purchase-ids.ts'
import { type OwnerLookUp, EMPTY_LOOK_UP } from '../../owners/owner-look-up.ts'
import type { NamingDeps } from '../admission/weigh-names.ts'
import type { EventReading } from '../provider/provider.ts'
import { isSourceFact } from '../routing/claims.ts'
import { keysUntilPaid } from '../routing/keys-until-paid.ts'
import { type AttemptOutcome, NOTHING_YET } from './attempt-outcome.ts'
import type { Budget } from './budget.ts'
import { carryOutMovesOf } from './carry-out-moves.ts'
import { eventToConclude } from './event-to-conclude.ts'
import { followCustomers } from './follow-customers.ts'
import { routeFacts } from './route-facts.ts'
import { settleSources } from './settle-sources.ts'

/** What is needed to apply an event. */
interface ApplyDeps extends OwnerDeps, Pick<NamingDeps, 'namings'> {
  readonly ledgers: UserLedgers
  readonly budget: Budget
}

/** Shown where a transfer may have taken a purchase, and nobody says so. */
export const UNCLEAR = 'transfer_unclear'

/** Applies what an event says: follows its customers, finds whose its purchases are, and tells that to their ledgers. */
export async function apply(
  deps: ApplyDeps,
  event: ClaimedEvent,
  reading: EventReading,
  lookUp: OwnerLookUp,
): Promise<AttemptOutcome> {
  const { facts, flags, unknown } = reading
  const untilPaid = await keysUntilPaid(deps.d1, event, facts)
  if (untilPaid.length > 0) return { ...NOTHING_YET, rests: NOT_PAID, waitsFor: untilPaid }
  const customers = await followCustomers(deps, event, facts, lookUp)
  const routes = await routeFacts(deps, event, facts, customers.mayMove ? EMPTY_LOOK_UP : lookUp)
  // What comes over is there before anything else is told of it.
  for (const change of [...customers.changes, ...routes.changes]) {
    await carryOutMovesOf(deps, change, deps.budget)
  }
  const toConclude = eventToConclude(deps, event, reading, { customers, routes })
  const replies = await settleSources(deps, event, routes.sources, toConclude)
  const products = replies.unknownProducts.map(waitKey.product)
  return {
    isSaid: facts.length > 0,
    isAboutSources: facts.some(isSourceFact),
    quarantined: [
      ...(routes.isDisputed ? ['user_disputed'] : []),
      // No event says which of several was restored: somebody has to.
      ...(customers.isUnclear ? [UNCLEAR] : []),
      ...(unknown.length > 0 ? ['unknown_value'] : []),
      ...(routes.isTooMuch ? ['too_many_entitlements'] : []),
      ...replies.refused,
      ...(customers.waitsFor.length > 0 || routes.isOfNobody ? ['unknown_customer'] : []),
      ...(products.length > 0 ? ['unknown_product'] : []),
    ],
    rests: routes.waitsFor.length > 0 ? UNMATCHED : null,
    failed: replies.failed,
    userId: routes.userId ?? customers.userId,
    versions: replies.versions,
    flags: [...flags, ...unknown, ...replies.notices, ...(routes.isUnclear ? [UNCLEAR] : [])],
    waitsFor: [...customers.waitsFor, ...routes.waitsFor, ...products],
    isConcluded: replies.isConcluded,
  }
}
